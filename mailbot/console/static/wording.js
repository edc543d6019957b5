// The template studio: puts the editor in the place of the textarea and lets problems and preview follow the fingers.
// The page is a form that works without all this.
import { openDrafts } from "./wording_drafts.js";
import { openEditor } from "./wording_editor.js";
import { openLine } from "./wording_live.js";
import { openNames, readNames } from "./wording_names.js";
import { openPreview } from "./wording_preview.js";

const form = document.querySelector("#studio");
const words = form.dataset;
const area = form.elements.source;
const byId = (id) => document.getElementById(id);
const started = area.value;
const typed = words.typed === "yes";
const drafts = openDrafts(words.path);
const preview = openPreview(document.querySelector(".look"), words);
const names = readNames(document.querySelector(".names"));

const cm = await import(words.editor);
const editor = openEditor(cm, {
  parent: byId("editor"),
  text: started,
  label: words.tSource,
  language: area.lang,
  names,
  changed,
  moved: (line, column) => {
    byId("where").textContent = words.tColumnOf.replace("{line}", line).replace("{column}", column);
  },
  save: () => form.requestSubmit(form.querySelector('[name="do"][value="save"]')),
});
const line = openLine({ form, path: words.path, source: () => area.value, heard, state });

openNames(document.querySelector(".names"), words, editor.insert);
uncover();
offerDraft();
line.ask(0);

// --- The page becomes the one with a script.
function uncover() {
  for (const each of document.querySelectorAll("[data-script]")) each.hidden = false;
  for (const each of document.querySelectorAll("[data-plain]")) each.hidden = true;
  area.hidden = true;
  form.querySelector('label[for="f-source"]').hidden = true;
  byId("editor").hidden = false;
  const tools = { undo: editor.undo, redo: editor.redo, find: editor.find };
  for (const button of form.querySelectorAll("[data-do]")) {
    button.addEventListener("click", () => {
      tools[button.dataset.do]();
      if (button.dataset.do !== "find") editor.focus();
    });
  }
  form.elements.case.addEventListener("change", () => line.ask(0));
  byId("problems").addEventListener("click", (event) => {
    const link = event.target.closest("[data-line]");
    if (!link) return;
    event.preventDefault();
    editor.goTo(Number(link.dataset.line));
  });
  byId("proof").addEventListener("click", sendProof);
  openDock();
  showChanged();
}

function changed(text) {
  area.value = text;
  if (text === started && !typed) drafts.drop();
  else drafts.keep(text, form.elements.after.value);
  showChanged();
  line.ask();
}

function showChanged() {
  const differs = typed || area.value !== started;
  byId("changed").textContent = differs ? words.tUnsaved : words.tNoChanges;
  byId("changed").classList.toggle("differs", differs);
}

// --- What the desk answers.
function heard(told) {
  editor.showProblems(told.problems);
  showProblems(told.problems);
  showFigures(told);
  preview.show(told.preview);
}

function showProblems(problems) {
  const verdict = byId("verdict");
  const many = problems.length;
  const said = many === 0 ? words.tProblemsNone : many === 1 ? words.tProblemsOne : words.tProblemsOther.replace("{count}", many);
  if (verdict.textContent !== said) verdict.textContent = said;
  verdict.className = many ? "bad" : "good";
  const list = document.createElement("ol");
  list.className = "problems";
  for (const one of problems) {
    const link = Object.assign(document.createElement("a"), { href: "#f-source" });
    link.dataset.line = one.line;
    link.textContent = one.line ? words.tProblemLine.replace("{line}", one.line) : words.tProblemWhole;
    const told = document.createElement("span");
    told.append(Object.assign(document.createElement("b"), { textContent: one.message }), " ");
    if (one.hint) told.append(Object.assign(document.createElement("span"), { className: "hint", textContent: one.hint }));
    const item = document.createElement("li");
    item.append(link, told);
    list.append(item);
  }
  byId("problems").replaceChildren(...(many ? [list] : []));
}

function showFigures({ figures, octets }) {
  const section = byId("figures");
  section.hidden = !figures.words;
  if (section.hidden) return;
  const write = (key, text) => (section.querySelector(`[data-figure="${key}"]`).textContent = text);
  const number = new Intl.NumberFormat(document.documentElement.lang, { maximumFractionDigits: 1 });
  const ease = figures.lix < 30 ? words.tLixVeryEasy : figures.lix < 40 ? words.tLixEasy : figures.lix < 50 ? words.tLixMedium : words.tLixHard;
  write("lix", `${figures.lix}, ${ease}`);
  write("sentence", number.format(figures.words_a_sentence));
  write("long", `${Math.round(figures.long_word_share * 100)} %`);
  write("words", number.format(figures.words));
  write("size", `${number.format(octets / 1000)} kB`);
  const sentences = section.querySelector('[data-figure="sentences"]');
  sentences.hidden = !figures.long_sentences.length;
  sentences.querySelector("ul").replaceChildren(...figures.long_sentences.map((text) => Object.assign(document.createElement("li"), { textContent: text })));
  const long = section.querySelector('[data-figure="long_words"]');
  long.hidden = !figures.long_words.length;
  long.querySelector("p").textContent = figures.long_words.join(", ");
}

function state(now) {
  const box = byId("cut-off");
  const cut = now === "offline" || now === "signed-out";
  box.hidden = !cut;
  form.classList.toggle("trying", now === "trying" || now === "waiting");
  if (!cut) return;
  const told = box.querySelector("p");
  told.textContent = now === "offline" ? words.tOffline : `${words.tSignedOut} `;
  if (now === "signed-out") {
    told.append(Object.assign(document.createElement("a"), { href: `/sign-in?to=${encodeURIComponent(words.path)}`, textContent: words.tSignedOutLink }));
  }
}

// --- What was typed before and not saved.
function offerDraft() {
  const found = drafts.read();
  if (typed || !found || found.source === started) {
    if (found && found.source === started) drafts.drop();
    return;
  }
  const box = byId("draft-found");
  const at = new Intl.DateTimeFormat(document.documentElement.lang, { dateStyle: "long", timeStyle: "short" }).format(found.at);
  box.querySelector('[data-role="words"]').textContent = words.tDraftFound.replace("{at}", at);
  box.hidden = false;
  box.querySelector('[data-role="back"]').addEventListener("click", () => {
    form.elements.after.value = found.after;
    editor.setText(found.source);
    box.hidden = true;
    editor.focus();
  });
  box.querySelector('[data-role="drop"]').addEventListener("click", () => {
    drafts.drop();
    box.hidden = true;
    editor.focus();
  });
}

// --- A test by mail, without leaving the page.
async function sendProof(event) {
  event.preventDefault();
  const button = byId("proof");
  const said = byId("proof-said");
  button.disabled = true;
  try {
    const fields = new URLSearchParams({ csrf: form.elements.csrf.value, source: area.value, case: form.elements.case.value });
    const answer = await fetch(`${words.path}/proof`, { method: "POST", body: fields });
    if (!answer.ok) return state(answer.status === 401 || answer.status === 403 ? "signed-out" : "offline");
    const told = await answer.json();
    said.textContent = told.said;
    said.className = told.kind;
    said.hidden = false;
  } catch {
    state("offline");
  } finally {
    button.disabled = false;
  }
}

// --- The names beside the editor, instead of below it.
function openDock() {
  const button = byId("dock");
  const section = document.querySelector(".names");
  const show = (on) => {
    section.classList.toggle("docked", on);
    button.setAttribute("aria-expanded", String(on));
    if (on) byId("f-find").focus();
  };
  button.addEventListener("click", () => show(button.getAttribute("aria-expanded") !== "true"));
  section.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !section.classList.contains("docked")) return;
    show(false);
    editor.focus();
  });
  byId("undock").addEventListener("click", () => {
    show(false);
    button.focus();
  });
}
