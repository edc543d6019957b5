// The reference of names: a click writes one where the caret stands, and the editor completes them.

export function readNames(section) {
  const names = { values: [], parts: [], filters: [] };
  for (const item of section.querySelectorAll("li[data-name]")) {
    const { name, sort, meaning, writes, writesHtml } = item.dataset;
    const one = { label: name, path: name, detail: sort, info: meaning, plain: writes, html: writesHtml, fields: item.dataset.parts.split(" ").filter(Boolean) };
    const group = item.closest("[data-group]").dataset.group;
    if (group === "part") names.parts.push({ ...one, type: "function", apply: name === "panel" ? "panel()" : `${name}(` });
    else if (group === "filter") names.filters.push({ ...one, apply: writes.slice(1).replace("‸", "") });
    else if (group !== "shape") names.values.push(one);
  }
  return names;
}

export function openNames(section, words, insert) {
  const find = section.querySelector("#f-find");
  const none = section.querySelector("#names-none");
  for (const item of section.querySelectorAll("li[data-name]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.title = words.tNameInsert.replace("{name}", item.dataset.name);
    button.append(...item.childNodes);
    button.addEventListener("click", () => insert(item.dataset.writes, item.dataset.writesHtml));
    item.append(button);
  }
  find.addEventListener("input", () => {
    const wanted = find.value.trim().toLowerCase();
    let left = 0;
    for (const group of section.querySelectorAll("[data-group]")) {
      let here = 0;
      for (const item of group.querySelectorAll("li[data-name]")) {
        const fits = `${item.dataset.name} ${item.dataset.meaning}`.toLowerCase().includes(wanted);
        item.hidden = !fits;
        here += fits;
      }
      group.hidden = !here;
      left += here;
    }
    none.hidden = left > 0;
  });
  find.addEventListener("keydown", (event) => {
    if (event.key !== "Enter") return;
    event.preventDefault();
    section.querySelector("li[data-name]:not([hidden]) button")?.click();
  });
}
