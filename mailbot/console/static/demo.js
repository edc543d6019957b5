// Looks once a second whether anything has happened, and then shows the parts of the page that changed.
// Without it the page works the same, by «Look again».

const stage = document.querySelector("[data-demo]");
let stamp = stage.dataset.stamp;
let busy = false;

const isTypedIn = (part) =>
  [...part.querySelectorAll("input:not([type=hidden]), textarea")].some((field) => field.value !== field.defaultValue || field === document.activeElement);

function show(page) {
  for (const old of document.querySelectorAll("[data-live]")) {
    const fresh = page.querySelector(`[data-live="${old.dataset.live}"]`);
    if (old.dataset.live === "compose" || !fresh || isTypedIn(old)) continue;
    if (old.dataset.key ? old.dataset.key === fresh.dataset.key : old.innerHTML === fresh.innerHTML) continue;
    old.replaceWith(document.importNode(fresh, true));
  }
  const reading = page.querySelector('[data-live="reading"]');
  if (reading && !document.querySelector('[data-live="reading"], [data-live="compose"]'))
    document.querySelector(".post").append(document.importNode(reading, true));
}

async function look() {
  if (busy || document.hidden) return;
  busy = true;
  try {
    const found = await (await fetch(stage.dataset.state)).json();
    if (found.stamp !== stamp) {
      const answer = await fetch(stage.dataset.page);
      if (answer.ok) show(new DOMParser().parseFromString(await answer.text(), "text/html"));
      stamp = found.stamp;
    }
  } catch {
    // The desk is away: the next look will tell.
  } finally {
    busy = false;
  }
}

setInterval(look, 1000);
document.addEventListener("visibilitychange", look);
