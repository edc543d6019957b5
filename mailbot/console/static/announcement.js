// While somebody writes what points to an event, the open tickets that it would be about are shown; the button does the same.
const form = document.querySelector("[data-announce]");
const ASKS = "#f-patterns, [name=services], [name=customers], [name=audience], #f-recent_days, #f-title";
let timer, asked = 0;

async function tryOut() {
  const mine = ++asked, body = new URLSearchParams(new FormData(form));
  body.set("act", "try");
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok || mine !== asked) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine !== asked) return;
    for (const part of ["#tried", "#reached"]) document.querySelector(part).replaceChildren(...page.querySelector(part).childNodes);
  } catch { /* The desk cannot be reached just now; the button asks again. */ }
}

form?.addEventListener("input", (event) => {
  if (!event.target.matches(ASKS)) return;
  clearTimeout(timer);
  timer = setTimeout(tryOut, 350);
});
