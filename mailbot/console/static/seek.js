// A field that names a ticket: what is typed is looked for, and the arrows choose among what is found (ARIA combobox).
// Without scripts the words are sent, and the page comes back with those to choose from.
const PAUSE = 120;

for (const field of document.querySelectorAll("[data-seek]")) arm(field);

function arm(field) {
  const list = document.createElement("ul");
  const said = document.createElement("p");
  let timer, asked = 0, chosen = -1;
  list.id = `${field.id}-found`;
  list.className = "found";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.list);
  said.className = "seen";
  said.setAttribute("role", "status");
  field.after(list, said);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-controls": list.id, "aria-expanded": "false" })) field.setAttribute(name, value);

  const open = () => !list.hidden;
  function show(shown) {
    list.hidden = !shown;
    field.setAttribute("aria-expanded", String(shown));
    point(-1);
  }
  function point(at) {
    chosen = at;
    [...list.children].forEach((one, place) => one.setAttribute("aria-selected", String(place === at)));
    const one = list.children[at];
    if (one) {
      field.setAttribute("aria-activedescendant", one.id);
      one.scrollIntoView({ block: "nearest" });
    } else field.removeAttribute("aria-activedescendant");
  }
  function take(one) {
    field.value = one.dataset.reference;
    said.textContent = one.textContent;
    show(false);
    field.focus();
  }
  async function ask() {
    const words = field.value.trim(), mine = ++asked;
    said.textContent = "";
    if (!words) return show(false);
    try {
      const answer = await fetch(`${field.dataset.seek}&q=${encodeURIComponent(words)}`);
      if (!answer.ok || mine !== asked) return;
      const found = await answer.json();
      if (mine !== asked) return;
      list.replaceChildren(...found.map(draw));
      show(found.length > 0 && document.activeElement === field);
      if (!found.length) said.textContent = field.dataset.none;
    } catch { /* The desk cannot be reached just now: the form still says it in words. */ }
  }
  function draw(one, place) {
    const line = document.createElement("li"), name = document.createElement("b"), more = document.createElement("small");
    line.id = `${list.id}-${place}`;
    line.dataset.reference = one.reference;
    line.setAttribute("role", "option");
    line.setAttribute("aria-selected", "false");
    name.textContent = one.reference;
    more.textContent = [one.state, one.who].filter(Boolean).join(" · ");
    line.append(name, ` ${one.subject} `, more);
    line.addEventListener("mousedown", (event) => { event.preventDefault(); take(line); });
    return line;
  }

  field.addEventListener("input", () => {
    for (const radio of field.form.querySelectorAll("[name=chosen]:checked")) radio.checked = false;
    clearTimeout(timer);
    timer = setTimeout(ask, PAUSE);
  });
  field.addEventListener("blur", () => show(false));
  field.addEventListener("keydown", (event) => {
    if (!open()) return;
    const last = list.children.length - 1;
    if (event.key === "ArrowDown") point(chosen < last ? chosen + 1 : 0);
    else if (event.key === "ArrowUp") point(chosen > 0 ? chosen - 1 : last);
    else if (event.key === "Enter" && chosen >= 0) take(list.children[chosen]);
    else if (event.key === "Escape") show(false);
    else return;
    event.preventDefault();
    event.stopPropagation();
  });
}
