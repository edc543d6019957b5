// What is typed in a ticket outlives the page, and others hear that somebody is at it. Without scripts all of it still works.
const form = document.querySelector("[data-compose]");
const field = form?.querySelector("textarea");
const kept = form?.querySelector("[data-kept]");
const place = form && `draft:${form.dataset.draft}`;
const chosen = () => form.querySelector("[name=act]:checked")?.value ?? "note";

function keep() {
  try {
    if (field.value.trim()) localStorage.setItem(place, JSON.stringify({ words: field.value, act: chosen(), at: Date.now() }));
    else localStorage.removeItem(place);
  } catch { /* A browser that keeps nothing: the words are on the page. */ }
}

function bringBack() {
  try {
    const sent = sessionStorage.getItem(place);
    sessionStorage.removeItem(place);
    // Gone only when the desk has said that it took the words.
    if (sent && document.querySelector(".said.good")) return localStorage.removeItem(place);
    const draft = JSON.parse(localStorage.getItem(place) ?? "null");
    if (!draft || field.value.trim()) return;
    field.value = draft.words;
    const kind = form.querySelector(`[name=act][value="${CSS.escape(draft.act)}"]`);
    if (kind) kind.checked = true;
    kept.hidden = false;
  } catch { /* As above. */ }
}

if (form) {
  bringBack();
  field.addEventListener("input", keep);
  form.addEventListener("change", keep);
  form.addEventListener("submit", () => {
    try { sessionStorage.setItem(place, "sent"); } catch { /* As above. */ }
  });
}

const present = document.querySelector("[data-present]");
const EVERY = 15_000;

async function sayHere() {
  if (document.hidden) return;
  const body = new URLSearchParams({
    csrf: form.elements.csrf.value,
    version: form.elements.version.value,
    writes: field.value.trim() ? "yes" : "",
  });
  try {
    const answer = await fetch(`${location.pathname}/here`, { method: "POST", body });
    if (!answer.ok) return;
    const said = await answer.json();
    present.replaceChildren(...[...said.present, said.changed].filter(Boolean).map((text) => {
      const one = document.createElement("span");
      one.textContent = text;
      return one;
    }));
  } catch { /* The desk cannot be reached just now; the next turn asks again. */ }
}

if (form && present) {
  setInterval(sayHere, EVERY);
  document.addEventListener("visibilitychange", sayHere);
  field.addEventListener("input", sayHere, { once: true });
}
