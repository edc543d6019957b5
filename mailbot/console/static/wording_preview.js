// The mail beside the editor: at the width of a desk or a phone, light or dark, or as plain text. A new one is loaded
// behind the old one and then takes its place, so that nothing flickers while one types.

const WIDTHS = { desk: 680, phone: 360 };

export function openPreview(section, words) {
  const stage = section.querySelector("#stage");
  const fault = section.querySelector("#shown-fault");
  const dark = section.querySelector("#dark");
  let view = section.clientWidth < 500 ? "phone" : "desk";
  let shown = null;
  let frame = stage.querySelector("iframe");
  if (frame) shown = { frame: frame.getAttribute("src"), height: Number(frame.getAttribute("height")) };

  function fit() {
    if (!frame || view === "text") return;
    const width = WIDTHS[view];
    const height = shown ? Math.round(shown.height * (view === "phone" ? 1.35 : 1)) : 600;
    const scale = Math.min(1, stage.clientWidth / width);
    frame.width = width;
    frame.height = height;
    frame.style.transform = scale < 1 ? `scale(${scale})` : "";
    frame.style.marginBottom = `${Math.round(height * (scale - 1))}px`;
    frame.style.marginLeft = `${Math.max(0, Math.round((stage.clientWidth - width * scale) / 2))}px`;
  }

  function load() {
    if (!shown?.frame) {
      stage.replaceChildren(Object.assign(document.createElement("p"), { className: "faint", textContent: words.tPreviewNoHtml }));
      frame = null;
      return;
    }
    const path = shown.frame + (dark.getAttribute("aria-pressed") === "true" ? "?dark=1" : "");
    if (frame && frame.getAttribute("src") === path) return fit();
    const next = document.createElement("iframe");
    next.setAttribute("sandbox", "");
    next.referrerPolicy = "no-referrer";
    next.className = "shown coming";
    next.title = section.dataset.frameTitle;
    next.src = path;
    const old = frame;
    frame = next;
    for (const other of stage.querySelectorAll("iframe.coming")) other.remove();
    next.addEventListener("load", () => {
      if (frame !== next) return;
      next.classList.remove("coming");
      for (const each of [...stage.children]) if (each !== next) each.remove();
      fit();
    });
    stage.append(next);
    if (!old) fit();
  }

  const views = section.querySelectorAll("button[data-view]");
  function choose(next) {
    view = section.dataset.view = next;
    for (const button of views) button.setAttribute("aria-pressed", String(button.dataset.view === next));
    fit();
  }
  for (const button of views) button.addEventListener("click", () => choose(button.dataset.view));
  dark.addEventListener("click", () => {
    const on = dark.getAttribute("aria-pressed") !== "true";
    dark.setAttribute("aria-pressed", String(on));
    stage.classList.toggle("dark", on);
    load();
  });
  new ResizeObserver(fit).observe(stage);
  section.classList.add("live");
  choose(view);

  return {
    show(preview) {
      fault.hidden = !preview.fault;
      section.classList.toggle("stale", Boolean(preview.fault));
      if (preview.fault) {
        fault.querySelector('[data-role="words"]').textContent = preview.fault;
        return;
      }
      shown = preview;
      section.querySelector("#shown-subject").textContent = preview.subject;
      section.querySelector("#shown-preheader").textContent = preview.preheader || words.tPreviewNoPreheader;
      section.querySelector("#shown-text").textContent = preview.text;
      load();
    },
  };
}
