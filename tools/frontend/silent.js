// Stands in for the languages of scripts and style sheets: a mail has neither, so what is between such tags stays plain.
import { NodeType, Parser, Tree } from "@lezer/common";

class SilentParser extends Parser {
  createParse(input, fragments, ranges) {
    const to = ranges[ranges.length - 1].to;
    return { parsedPos: to, stoppedAt: null, stopAt() {}, advance: () => new Tree(NodeType.none, [], [], to - ranges[0].from) };
  }

  configure() {
    return this;
  }
}

const silent = { parser: new SilentParser() };
const none = () => ({ support: [] });
export { none as css, none as javascript };
export { silent as cssLanguage, silent as javascriptLanguage, silent as jsxLanguage, silent as tsxLanguage, silent as typescriptLanguage };
