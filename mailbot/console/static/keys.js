// The keyboard of the queue and of a ticket. A key presses or focuses what bears it in data-key; j and k go through a list.
// Nothing happens while somebody writes in a field, or holds a modifier that belongs to the browser.
const help = document.querySelector("[data-keys]");
const rows = () => [...document.querySelectorAll(".list tbody .lead a:first-of-type")];
const typing = (one) => one.closest("textarea, select, [contenteditable], input:not([type=radio], [type=checkbox], [type=submit])");

for (const button of document.querySelectorAll("[data-open-keys]")) {
  button.hidden = false;
  button.addEventListener("click", () => help?.showModal());
}

function step(by) {
  const all = rows();
  const at = all.findIndex((one) => one.closest("tr").contains(document.activeElement));
  const next = all[Math.min(Math.max(at + by, 0), all.length - 1)];
  next?.focus();
  next?.scrollIntoView({ block: "nearest" });
}

function use(one) {
  if (one.type === "radio") {
    one.checked = true;
    one.dispatchEvent(new Event("change", { bubbles: true }));
    const field = one.form.querySelector("textarea");
    field.focus();
    field.scrollIntoView({ block: "center" });
  } else if (one.matches("summary")) {
    one.parentElement.open = true;
    const field = one.parentElement.querySelector("[data-seek], input:not([type=hidden]), textarea");
    field?.focus();
    field?.scrollIntoView({ block: "center" });
  } else if (one.matches("button, a")) one.click();
  else {
    one.focus();
    one.scrollIntoView({ block: "center" });
  }
}

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.closest("[data-compose]")) {
    event.target.form.requestSubmit();
    return;
  }
  if (event.key === "Escape" && typing(event.target)) event.target.blur();
  if (event.ctrlKey || event.metaKey || event.altKey || typing(event.target) || help?.open) return;
  if (event.key === "j" || event.key === "k") step(event.key === "j" ? 1 : -1);
  else if (event.key === "?" && help) help.showModal();
  else if (event.key === "/") {
    const field = document.querySelector('input[type="search"]');
    if (field) field.focus();
    else location.assign("/tickets?focus=search");
  } else {
    const one = /^[a-z]$/.test(event.key) && document.querySelector(`[data-key="${event.key}"]`);
    if (!one) return;
    use(one);
  }
  event.preventDefault();
});

if (new URLSearchParams(location.search).get("focus") === "search") document.querySelector('input[type="search"]')?.focus();
