// While one types: ask the desk, when the fingers rest, what is wrong and what the mail looks like. One question at a
// time; an answer to an older text is dropped.

const REST = 300;
const AGAIN = 700;

export function openLine({ form, path, source, heard, state }) {
  let timer = 0;
  let asking = null;
  let number = 0;

  function ask(rest = REST) {
    clearTimeout(timer);
    timer = setTimeout(send, rest);
  }

  async function send() {
    asking?.abort();
    asking = new AbortController();
    const mine = ++number;
    state("trying");
    const fields = new URLSearchParams({ csrf: form.elements.csrf.value, source: source(), case: form.elements.case.value });
    try {
      const answer = await fetch(`${path}/try`, { method: "POST", body: fields, signal: asking.signal, redirect: "manual" });
      if (mine !== number) return;
      if (answer.status === 429) {
        state("waiting");
        return ask(AGAIN);
      }
      if (answer.status === 401 || answer.status === 403 || answer.type === "opaqueredirect") return state("signed-out");
      if (!answer.ok) throw new Error(`status ${answer.status}`);
      const told = await answer.json();
      if (mine !== number) return;
      state("");
      heard(told);
    } catch (error) {
      if (error.name === "AbortError" || mine !== number) return;
      state("offline");
      ask(4000);
    }
  }

  return { ask };
}
