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

const insert = form?.querySelector("[data-insert]");
let placed = false;

// A ready answer goes where the cursor is, or to the end where nobody has put one; without scripts the page brings it.
function putIn(event) {
  const ready = form.elements.ready.selectedOptions[0];
  if (!ready) return;
  event.preventDefault();
  const [start, end] = placed ? [field.selectionStart, field.selectionEnd] : [field.value.length, field.value.length];
  const before = field.value.slice(0, start).trimEnd(), after = field.value.slice(end).trimStart();
  const whole = [before, ready.dataset.text, after].filter(Boolean);
  field.value = whole.join("\n\n");
  form.elements.first_aid.value = ready.value;
  field.focus();
  const cursor = field.value.length - (after ? after.length + 2 : 0);
  field.setSelectionRange(cursor, cursor);
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

if (insert) {
  field.addEventListener("focus", () => { placed = true; });
  insert.addEventListener("click", putIn);
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
