// A new ticket: who may be meant is offered while somebody types, and what would become of the ticket is shown below.
// Without scripts, the button shows it, and the address is typed.
const form = document.querySelector("[data-new-ticket]");
const email = form.elements.email, people = document.querySelector("#people");
const PAUSE = 350;
let seeking, sought = 0, trying, tried = 0;

async function seek() {
  const words = email.value.trim(), mine = ++sought;
  if (words.length < 2) return people.replaceChildren();
  try {
    const answer = await fetch(`/tickets/new/people?q=${encodeURIComponent(words)}`);
    if (!answer.ok || mine !== sought) return;
    const found = await answer.json();
    if (mine === sought) people.replaceChildren(...found.map(offer));
  } catch { /* The desk cannot be reached just now: the address can be typed. */ }
}

function offer(person) {
  const one = document.createElement("option");
  one.value = person.email;
  one.label = person.name ? `${person.name} <${person.email}>` : person.email;
  one.dataset.name = person.name;
  return one;
}

async function tryOut() {
  const mine = ++tried, body = new URLSearchParams(new FormData(form));
  body.set("act", "try");
  try {
    const answer = await fetch(form.action, { method: "POST", body });
    if (!answer.ok || mine !== tried) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    if (mine === tried) document.querySelector("#tried").replaceChildren(...page.querySelector("#tried").childNodes);
  } catch { /* The button asks again. */ }
}

email.addEventListener("input", () => {
  clearTimeout(seeking);
  const chosen = [...people.children].find((one) => one.value === email.value);
  if (chosen) form.elements.name.value = chosen.dataset.name || form.elements.name.value;
  else seeking = setTimeout(seek, PAUSE / 2);
});
form.addEventListener("input", () => {
  clearTimeout(trying);
  trying = setTimeout(tryOut, PAUSE);
});
// Two presses are one ticket.
form.addEventListener("submit", (event) => {
  if (form.dataset.sent) event.preventDefault();
  form.dataset.sent = "yes";
});
window.addEventListener("pageshow", () => delete form.dataset.sent);
