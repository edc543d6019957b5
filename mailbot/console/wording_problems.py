"""Problems of a wording in the visitor's language: what ``templates/check`` says in English is known by its form.

The check speaks English for the command line and the log. A sentence that is not known here is shown as it is: a
problem in another language is better than none.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from mailbot.console.texts import Texts
from mailbot.templates.check import Problem

_PAIR = r"(?P<colour>\S+) on (?P<ground>\S+) is (?P<ratio>\S+)"
_INNERMOST = r"The innermost block that needs to be closed is '(?P<block>[^']+)'\.?"
# Key of the text, and the form of what is said. A group named ``word`` is what stands wrong in the line.
_MESSAGES = (
    ("unknown_name", r"(?P<word>\w+) is not a name in this notice"),
    ("unknown_field", r"(?P<name>\w+) has nothing named (?P<field>\w+)"),
    ("unknown_filter", r"(?P<word>\w+) is not a filter"),
    ("undefined", r"'(?P<word>[^']+)' is undefined"),
    ("no_field", r"'[^']+' has no attribute '(?P<word>[^']+)'"),
    ("not_for_mails", r"(?P<word>.+) is not for mails"),
    ("no_html", r"there is no block named html"),
    ("no_blocks", r"no block named (?P<blocks>.+)"),
    ("subject_lines", r"the subject has more than one line"),
    ("empty_subject", r"the subject is empty"),
    ("empty_text", r"the text is empty"),
    ("neutral_long", r"too long for a sender who is not verified"),
    ("no_offer", r"the (?P<place>text|html) does not offer (?P<field>\w+)"),
    ("no_word", r"the (?P<place>text|html) does not say the word (?P<answer>.+)"),
    ("lone_link", r"a link stands in the (?P<place>text|html) only: (?P<link>.+)"),
    ("mute_link", r"a link has no words: (?P<link>.*)"),
    ("dead_link", r"a link leads nowhere: (?P<link>.*)"),
    ("no_colour", r"the colour (?P<word>\S+) on (?P<ground>\S+) cannot be judged"),
    ("faint_dark", r"“(?P<said>.*)” is hard to read in dark mode: " + _PAIR),
    ("faint_light", r"“(?P<said>.*)” is hard to read in light mode: " + _PAIR),
    ("large_html", r"the HTML has (?P<size>[\d,]+) octets"),
    ("call", r"a call of something that is not here"),
    ("calls_nothing", r"a wording calls nothing but its parts"),
    ("calls_itself", r"it calls itself"),
    ("memory", r"it takes more memory than a wording may"),
    ("loop_in_loop", r"a loop in a loop is not for wordings"),
    ("operator", r"the operator (?P<word>\S+) is not for wordings"),
    ("not_for_wordings", r"(?P<what>\w+) is not for wordings"),
    ("too_long", r"(?:longer|says more) than (?P<most>\d+) characters"),
    ("too_many", r"more than (?P<most>\d+) (?:parts|tags) in one wording"),
    ("too_deep", r"nested too deep for a wording"),
    ("header", r"the header does not read back as it was meant"),
    ("stopped", r"it could not be tried: .*"),
    ("nesting", r"Encountered unknown tag '(?P<tag>[^']+)'\. .*" + _INNERMOST),
    ("unknown_tag", r"Encountered unknown tag '(?P<word>[^']+)'\..*"),
    ("unclosed", r"Unexpected end of template\. .*" + _INNERMOST),
    ("no_expression", r"(?:Expected an expression, got|unexpected) 'end of .*"),
    ("ends_early", r"(?:[Uu]nexpected end of template.*)"),
    ("expected", r"expected token '?(?P<expected>.+?)'?, got '?(?P<word>.+?)'?"),
    ("unexpected", r"unexpected '(?P<word>.+)'"),
    ("unexpected_char", r"unexpected char ['\"](?P<word>.+)['\"] at \d+"),
    ("zero", r"division by zero|.* by zero"),
    ("tag_name", r"tag name expected"),
)
_HINTS = (
    ("did_you_mean", r"Did you mean (?P<name>.+)\?"),
    ("there_is", r"There is: (?P<names>.+)\."),
    ("in_case", r"In the case “(?P<case>.+)”\."),
    ("load_nothing", r"Mails load nothing and run nothing\."),
    ("add_html", r"Add \{% block html %\}.*"),
    ("say_less", r"The HTML is left out for them\. Say less\."),
    ("add_link", r"Add (?P<written>\{\{.+\}\}) as a link\."),
    ("answer_word", r"It is what people answer with\."),
    ("colour_form", r"Write it as #rrggbb\."),
    ("contrast", r"It takes 4\.5:1 .*"),
    ("heard", r"Whoever hears the mail must hear where it leads\."),
    ("schemes", r"Begin it with https://, mailto: or tel:\."),
    ("cut_off", r"Mail programs cut off what is longer than .*"),
    ("parts_in_html", r"The parts are for the html block\."),
    ("parts_are", r"There are panel, quote, answers and others\."),
    ("no_end", r"A block that shows itself has no end\."),
    ("simpler", r"Make it shorter and simpler\."),
)
_KNOWN = {
    table: tuple((f"wording.{table}.{key}", re.compile(form, re.S)) for key, form in forms)
    for table, forms in (("problem", _MESSAGES), ("hint", _HINTS))
}


def tell_problems(texts: Texts, problems: Sequence[Problem]) -> list[dict[str, Any]]:
    """``line``, ``message``, ``hint`` and ``word``: what to mark in the line, empty for all of it."""
    told = []
    for problem in problems:
        message, word = _tell(texts, "problem", problem.message)
        told.append(
            {"line": problem.line, "message": message, "hint": _tell(texts, "hint", problem.hint)[0], "word": word}
        )
    return told


def _tell(texts: Texts, table: str, said: str) -> tuple[str, str]:
    for key, form in _KNOWN[table]:
        if found := form.fullmatch(said[:2000]):
            values = dict(found.groupdict())
            if "case" in values:
                values["case"] = _case(texts, values["case"])
            return texts(key, **values), _word(values)
    return said, ""


def _word(values: dict[str, str]) -> str:
    """What to mark: a name. A single sign may stand elsewhere in the line, where nothing is wrong with it."""
    word = f"{values['name']}.{values['field']}" if "field" in values and "name" in values else values.get("word", "")
    return word if re.fullmatch(r"[\w.#]{2,80}", word) else ""


def _case(texts: Texts, name: str) -> str:
    """A sample by the name that the list of cases has for it; a ticket by its reference."""
    key = f"wording.case.{name.replace(' ', '_')}"
    return texts(key) if texts.has(key) else name
