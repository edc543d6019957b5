// Comfort for the frame of a page; everything here works without it, only with more page loads.

// One small menu is open at a time; Escape and a press elsewhere close it.
const open = () => document.querySelectorAll("details.drop[open]");
document.addEventListener("click", (event) => {
  for (const menu of open()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of open()) {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  }
});

// Whoever changes language comes back to the same place, with the same filters.
for (const back of document.querySelectorAll('form[action="/look"] [name="back"]')) {
  back.value = location.pathname + location.search;
}

// The theme changes on the spot; the choice is remembered by the server, which draws the next page in it at once.
const themes = document.querySelector("[data-theme-switch] form");
themes?.addEventListener("submit", (event) => {
  const pressed = event.submitter;
  if (pressed?.name !== "theme") return;
  event.preventDefault();
  if (pressed.value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = pressed.value;
  for (const button of themes.querySelectorAll("button")) button.setAttribute("aria-pressed", String(button === pressed));
  const shown = themes.parentElement.querySelector("summary .icon");
  shown.replaceChildren(...pressed.querySelector(".icon").cloneNode(true).childNodes);
  themes.parentElement.open = false;
  themes.parentElement.querySelector("summary").focus();
  fetch(themes.action, { method: "POST", body: new URLSearchParams(new FormData(themes, pressed)), redirect: "manual" });
});
