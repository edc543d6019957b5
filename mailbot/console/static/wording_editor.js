// The editor itself: CodeMirror for Jinja in HTML, with the desk's colours, names that complete themselves, and problems
// at their line. It stands in a shadow root: there its styles need no exception from the policy of content.
import { swedish } from "./wording_phrases.js";

const CARET = "‸";
const TAGS = ["if", "elif", "else", "endif", "for", "endfor", "block", "endblock", "call", "endcall", "extends"];
const ELEMENTS = ["h1", "h2", "p", "strong", "em", "a", "ul", "ol", "li", "br", "table", "tbody", "tr", "td"];

export function openEditor(cm, { parent, text, label, language, names, changed, moved, save }) {
  const root = parent.attachShadow({ mode: "open" });
  const quiet = new cm.Compartment();
  const state = cm.EditorState.create({
    doc: text,
    extensions: [
      cm.lineNumbers(),
      cm.lintGutter(),
      cm.highlightSpecialChars(),
      cm.history(),
      cm.drawSelection(),
      cm.EditorState.allowMultipleSelections.of(true),
      cm.bracketMatching(),
      cm.closeBrackets(),
      cm.closePercentBrace,
      cm.rectangularSelection(),
      cm.highlightActiveLine(),
      cm.highlightActiveLineGutter(),
      cm.highlightSelectionMatches(),
      cm.search({ top: true }),
      cm.autocompletion({ override: [(context) => complete(context, names)], icons: false }),
      cm.jinja({ base: cm.html({ autoCloseTags: true }) }),
      cm.syntaxHighlighting(colours(cm)),
      cm.indentUnit.of("  "),
      cm.EditorView.lineWrapping,
      cm.Prec.high(cm.keymap.of([{ key: "Mod-s", preventDefault: true, run: () => (save(), true) }])),
      cm.keymap.of([
        ...cm.closeBracketsKeymap,
        ...cm.defaultKeymap,
        ...cm.searchKeymap,
        ...cm.historyKeymap,
        ...cm.foldKeymap,
        ...cm.completionKeymap,
        ...cm.lintKeymap,
        cm.indentWithTab,
      ]),
      document.documentElement.lang === "sv" ? cm.EditorState.phrases.of(swedish) : [],
      cm.EditorView.contentAttributes.of({ "aria-label": label, lang: language, spellcheck: "false", autocapitalize: "off", tabindex: "0" }),
      quiet.of([]),
      look(cm),
      cm.EditorView.updateListener.of((update) => {
        if (update.docChanged) changed(update.state.doc.toString());
        if (update.docChanged || update.selectionSet) {
          const at = update.state.selection.main.head;
          const line = update.state.doc.lineAt(at);
          moved(line.number, at - line.from + 1);
        }
      }),
    ],
  });
  const view = new cm.EditorView({ state, parent: root, root });
  return {
    view,
    text: () => view.state.doc.toString(),
    setText(next) {
      view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: next } });
    },
    insert(plain, html) {
      const selection = view.state.selection.main;
      const written = inHtml(view.state.doc.sliceString(0, selection.from)) ? html : plain;
      const chosen = view.state.sliceDoc(selection.from, selection.to);
      const [before, after = ""] = written.split(CARET);
      const filled = written.includes(CARET) ? before + chosen + after : written;
      const caret = selection.from + (written.includes(CARET) ? before.length + chosen.length : written.length);
      view.dispatch({
        changes: { from: selection.from, to: selection.to, insert: filled },
        selection: { anchor: caret },
        scrollIntoView: true,
        userEvent: "input",
      });
      view.focus();
    },
    goTo(number) {
      const line = view.state.doc.line(Math.min(Math.max(number, 1), view.state.doc.lines));
      view.dispatch({
        selection: { anchor: line.from },
        effects: cm.EditorView.scrollIntoView(line.from, { y: "center" }),
      });
      view.focus();
    },
    showProblems(problems) {
      const diagnostics = problems.filter((one) => one.line > 0).map((one) => diagnostic(view.state.doc, one));
      view.dispatch(cm.setDiagnostics(view.state, diagnostics));
    },
    undo: () => cm.undo(view),
    redo: () => cm.redo(view),
    find: () => cm.openSearchPanel(view),
    focus: () => view.focus(),
  };
}

function diagnostic(doc, problem) {
  const line = doc.line(Math.min(problem.line, doc.lines));
  const indent = line.text.length - line.text.trimStart().length;
  const at = problem.word ? line.text.indexOf(problem.word) : -1;
  const from = line.from + (at >= 0 ? at : Math.min(indent, line.text.length));
  const to = at >= 0 ? from + problem.word.length : line.to;
  return { from, to, severity: "error", message: problem.hint ? `${problem.message}. ${problem.hint}` : problem.message };
}

// Whether the caret stands in a block that is HTML.
function inHtml(before) {
  const opened = [...before.matchAll(/\{%-?\s*block\s+(\w+)/g)].pop();
  return opened?.[1] === "html";
}

function complete(context, names) {
  const before = context.state.sliceDoc(Math.max(0, context.pos - 3000), context.pos);
  const open = Math.max(before.lastIndexOf("{{"), before.lastIndexOf("{%"));
  const closed = Math.max(before.lastIndexOf("}}"), before.lastIndexOf("%}"));
  const inside = open > closed ? before.slice(open + 2) : null;
  if (inside === null) return outside(context, before, names);
  let found;
  if ((found = /\|\s*(\w*)$/.exec(inside))) return offer(context, found[1], names.filters);
  if ((found = /([A-Za-z_]\w*)\.(\w*)$/.exec(inside))) {
    return offer(context, found[2], fieldsOf(found[1], context.state.sliceDoc(0, context.pos), names));
  }
  if (before.slice(open, open + 2) === "{%" && (found = /^-?\s*(\w*)$/.exec(inside))) {
    return offer(context, found[1], TAGS.map((label) => ({ label })));
  }
  found = /(\w*)$/.exec(inside);
  if (!found[1] && !context.explicit) return null;
  const html = inHtml(context.state.sliceDoc(0, context.pos));
  return offer(context, found[1], [...names.values, ...(html ? names.parts : [])]);
}

// What stands after «ticket.», or after the name that a loop gives to each item of a list.
function fieldsOf(owner, before, names) {
  const own = names.values.filter((one) => one.path.startsWith(`${owner}.`));
  if (own.length) return own.map((one) => ({ ...one, label: one.path.slice(owner.length + 1) }));
  const loop = [...before.matchAll(/\{%-?\s*for\s+(\w+)\s+in\s+(\w+)/g)].filter((found) => found[1] === owner).pop();
  const list = names.values.find((one) => one.path === loop?.[2]);
  return (list?.fields ?? []).map((label) => ({ label }));
}

function outside(context, before, names) {
  const tag = /<\/?(\w*)$/.exec(before);
  if (tag) return offer(context, tag[1], ELEMENTS.map((label) => ({ label })));
  if (!context.explicit) return null;
  const html = inHtml(context.state.sliceDoc(0, context.pos));
  const options = names.values.map((one) => ({ ...one, apply: (html ? one.html : one.plain).replace(CARET, "") }));
  return { from: context.pos, options, filter: true };
}

function offer(context, typed, options) {
  if (!options.length) return null;
  return { from: context.pos - typed.length, options, validFor: /^\w*$/ };
}

function colours(cm) {
  const t = cm.tags;
  return cm.HighlightStyle.define([
    { tag: [t.variableName, t.propertyName, t.special(t.variableName)], color: "var(--code-name)", fontWeight: "600" },
    { tag: [t.keyword, t.controlKeyword, t.definitionKeyword, t.operatorKeyword, t.moduleKeyword], color: "var(--code-word)", fontWeight: "600" },
    { tag: [t.brace, t.special(t.brace), t.processingInstruction], color: "var(--code-word)" },
    { tag: [t.string, t.attributeValue], color: "var(--code-string)" },
    { tag: [t.tagName, t.angleBracket], color: "var(--code-tag)" },
    { tag: t.attributeName, color: "var(--code-tag)" },
    { tag: [t.number, t.bool, t.null], color: "var(--code-string)" },
    { tag: [t.comment, t.lineComment, t.blockComment], color: "var(--code-comment)", fontStyle: "italic" },
    { tag: t.invalid, color: "var(--bad)" },
  ]);
}

function look(cm) {
  return cm.EditorView.theme({
    "&": { height: "100%", backgroundColor: "var(--sheet)", color: "var(--ink)", fontSize: "0.875rem" },
    "&.cm-focused": { outline: "none" },
    ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.65", overflow: "auto", fontVariantLigatures: "none" },
    ".cm-content": { padding: "0.5rem 0 4rem", caretColor: "var(--ink)" },
    ".cm-line": { padding: "0 1rem 0 0.5rem" },
    ".cm-cursor": { borderLeftColor: "var(--ink)", borderLeftWidth: "2px" },
    ".cm-gutters": { backgroundColor: "var(--sunk)", color: "var(--ink-3)", border: "none", borderRight: "1px solid var(--line)" },
    ".cm-lineNumbers .cm-gutterElement": { minWidth: "2.25rem", padding: "0 0.375rem 0 0.5rem" },
    ".cm-gutter-lint": { width: "1.125rem" },
    ".cm-activeLine": { backgroundColor: "color-mix(in srgb, var(--pine) 6%, transparent)" },
    ".cm-activeLineGutter": { backgroundColor: "var(--hover)", color: "var(--ink)" },
    "&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground": { backgroundColor: "color-mix(in srgb, var(--pine) 24%, transparent)" },
    ".cm-selectionMatch": { backgroundColor: "color-mix(in srgb, var(--wax) 16%, transparent)" },
    "&.cm-focused .cm-matchingBracket": { backgroundColor: "var(--pine-wash)", outline: "1px solid var(--pine)" },
    ".cm-searchMatch": { backgroundColor: "var(--waiting-wash)", outline: "1px solid var(--waiting)" },
    ".cm-searchMatch-selected": { backgroundColor: "color-mix(in srgb, var(--waiting) 35%, var(--sheet))" },
    ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--bad) 1.5px", textUnderlineOffset: "3px", textDecorationSkipInk: "none" },
    ".cm-lint-marker-error": { content: '""', width: "0.75rem", height: "0.75rem", margin: "0.35rem 0 0 0.1875rem", borderRadius: "50%", backgroundColor: "var(--bad)", boxSizing: "border-box" },
    ".cm-tooltip": { backgroundColor: "var(--sheet)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: "8px", boxShadow: "var(--lift)", overflow: "clip" },
    ".cm-diagnostic": { padding: "0.5rem 0.75rem", fontFamily: "var(--sans)", fontSize: "0.875rem", maxWidth: "28rem", whiteSpace: "normal" },
    ".cm-diagnostic-error": { borderLeft: "4px solid var(--bad)" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul": { fontFamily: "var(--mono)", fontSize: "0.8125rem", maxHeight: "16rem", minWidth: "14rem" },
    ".cm-tooltip.cm-tooltip-autocomplete > ul > li": { padding: "0.25rem 0.625rem", lineHeight: "1.5", display: "flex", gap: "0.75rem" },
    ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--pine)", color: "var(--on-pine)" },
    ".cm-completionDetail": { marginLeft: "auto", fontStyle: "normal", fontFamily: "var(--sans)", color: "var(--ink-3)" },
    "li[aria-selected] .cm-completionDetail": { color: "inherit" },
    ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "700" },
    ".cm-completionInfo": { padding: "0.5rem 0.75rem", fontFamily: "var(--sans)", fontSize: "0.875rem", lineHeight: "1.4", maxWidth: "18rem", border: "1px solid var(--line)" },
    ".cm-panels": { backgroundColor: "var(--sunk)", color: "var(--ink)", borderColor: "var(--line)", zIndex: "2" },
    ".cm-panels.cm-panels-top": { borderBottom: "1px solid var(--line)" },
    ".cm-panel": { fontFamily: "var(--sans)" },
    ".cm-panel.cm-search": { padding: "0.5rem 2.5rem 0.5rem 0.75rem", fontSize: "0.875rem", display: "flex", flexWrap: "wrap", alignItems: "center", gap: "0.25rem" },
    ".cm-panel.cm-search br": { flexBasis: "100%", height: "0", content: '""' },
    ".cm-panel.cm-search label": { fontSize: "0.8125rem", display: "inline-flex", alignItems: "center", gap: "0.25rem", marginRight: "0.5rem" },
    ".cm-textfield": { backgroundColor: "var(--sheet)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "4px", padding: "0.3125rem 0.5rem", font: "inherit", fontSize: "0.875rem", margin: "0" },
    ".cm-button": { backgroundImage: "none", backgroundColor: "var(--sheet)", color: "var(--ink)", border: "1px solid var(--edge)", borderRadius: "4px", padding: "0.3125rem 0.625rem", font: "inherit", fontSize: "0.8125rem", fontWeight: "600", margin: "0", cursor: "pointer" },
    ".cm-button:hover": { borderColor: "var(--ink)", backgroundColor: "var(--hover)" },
    ".cm-button:active": { backgroundImage: "none", backgroundColor: "var(--hover)" },
    ".cm-panel.cm-search [name=close]": { color: "var(--ink-2)", fontSize: "1.25rem", width: "2rem", height: "2rem", top: "0.25rem", right: "0.25rem", cursor: "pointer" },
    ":is(.cm-button, .cm-textfield, [name=close], input):focus-visible": { outline: "3px solid var(--focus)", outlineOffset: "1px" },
    ".cm-panel.cm-panel-lint ul [aria-selected]": { backgroundColor: "var(--hover)" },
    "@media (forced-colors: active)": { ".cm-activeLine": { outline: "1px solid Highlight" } },
  });
}
