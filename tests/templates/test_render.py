"""Notices in words: every packaged wording speaks, data stays data, and a broken wording never loses a notice."""

import html
import re
import shutil
from dataclasses import fields, replace
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.catalogue import CATALOGUE, NoticeContext, ReceiptContext, ResolutionContext
from mailbot.templates.render import Wording, packaged_wording, render_notice
from mailbot.templates.samples import sample_context, sample_contexts
from mailbot.templates.words import FOLDER, get_words

LANGUAGES = ("en", "sv")
CASES = [
    pytest.param(kind, language, case, id=f"{kind.value}-{language}-{case}")
    for kind in NoticeKind
    for language in LANGUAGES
    for case in sample_contexts(kind)
]
VOID = {"br", "img", "hr", "meta", "link", "input"}


@pytest.mark.parametrize(("kind", "language", "case"), CASES)
def test_packaged_wording_speaks(kind: NoticeKind, language: str, case: str) -> None:
    context = sample_contexts(kind, language)[case]
    rendered = render_notice(kind, language, context)
    assert (rendered.language, rendered.revision, rendered.failure) == (language, "packaged", "")
    assert context.ticket.reference in rendered.subject
    # How it goes is told of one ticket in its conversation, or of several in a mail of its own.
    about_ticket = CATALOGUE[kind].about_ticket or context.ticket.reference != ""
    assert rendered.text.startswith(f"{get_words(language).marker}\n\n") is about_ticket
    assert f'<html lang="{language}"' in rendered.html
    assert (get_words(language).marker in rendered.html) is about_ticket
    assert context.ticket.reference in rendered.html


@pytest.mark.parametrize(("kind", "language", "case"), CASES)
def test_packaged_wording_leaves_no_seams(kind: NoticeKind, language: str, case: str) -> None:
    rendered = render_notice(kind, language, sample_contexts(kind, language)[case])
    everything = f"{rendered.subject}{rendered.text}{rendered.html}"
    assert re.findall(r"\{\{|\{%|jinja|None|Undefined|&amp;lt;", everything) == []
    assert re.findall(r" [.,!?](?:\s|$)|\w  +\w", rendered.text) == []
    assert re.findall(r"<(?:img|script|link|form|iframe)|src=|url\(", rendered.html) == []
    assert "\n\n\n" not in rendered.text
    assert _Balance.of(rendered.html) == []


def test_paragraphs_and_headings_carry_their_styles_inline() -> None:
    page = render_notice(NoticeKind.RESOLUTION, "sv", sample_context(NoticeKind.RESOLUTION)).html
    body = page.partition("<body")[2]
    assert re.findall(r"<(?:h1|h2|p)(?! [^>]*style=)[^>]*>", body) == []
    assert "data-inline" not in page


@pytest.mark.parametrize(
    ("asked", "spoken"), [("sv", "sv"), ("sv-FI", "sv"), ("EN-gb", "en"), ("de", "sv"), ("", "sv"), ("../en", "sv")]
)
def test_language_that_is_missing_falls_back(asked: str, spoken: str) -> None:
    context = sample_context(NoticeKind.RECEIPT)
    assert render_notice(NoticeKind.RECEIPT, asked, context).language == spoken


def test_notice_that_a_language_lacks_is_said_in_swedish(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    (folder / "en" / "receipt.j2").unlink()
    wording = Wording(folder)
    context = sample_context(NoticeKind.RECEIPT, "en")
    in_swedish = render_notice(NoticeKind.RECEIPT, "sv", context)
    assert wording.render(NoticeKind.RECEIPT, "en", context) == in_swedish
    assert wording.render(NoticeKind.CLOSED, "en", sample_context(NoticeKind.CLOSED)).language == "en"


def test_moment_is_told_by_the_clock_of_the_desk() -> None:
    context = sample_context(NoticeKind.RECEIPT)
    assert isinstance(context, ReceiptContext)
    in_stockholm = replace(context, answer_by=datetime(2026, 7, 1, 12, 5, tzinfo=UTC))
    in_helsinki = replace(in_stockholm, desk=replace(context.desk, timezone="Europe/Helsinki"))
    assert "senast onsdag 1 juli kl. 15:05." in render_notice(NoticeKind.RECEIPT, "sv", in_helsinki).text
    assert "by Wednesday 1 July at 14:05." in render_notice(NoticeKind.RECEIPT, "en", in_stockholm).text


HOSTILE = "{{7*7}}{%raw%}${7*7}#{7*7}<b onclick=x>\"'&"


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_data_that_looks_like_a_template_stays_data(kind: NoticeKind, language: str) -> None:
    for context in sample_contexts(kind, language).values():
        rendered = render_notice(kind, language, _with_strings(context, HOSTILE))
        assert rendered.failure == ""
        assert HOSTILE in rendered.subject
        assert "49" not in f"{rendered.subject}{rendered.text}{rendered.html}"
        assert "<b onclick" not in rendered.html
        assert HOSTILE in html.unescape(rendered.html) or (rendered.neutral and rendered.html == "")


def test_name_with_line_breaks_makes_no_lines() -> None:
    context = replace(
        sample_context(NoticeKind.RECEIPT), recipient_name="Åsa\r\n\r\n##- x -##\u2028\u202eacceptera\x00"
    )
    rendered = render_notice(NoticeKind.RECEIPT, "sv", context)
    assert "\nHej Åsa ##- x -## acceptera!\n" in rendered.text


def test_passage_keeps_its_lines_and_loses_what_cannot_be_seen() -> None:
    context = sample_context(NoticeKind.PUBLIC_REPLY)
    rendered = render_notice(
        NoticeKind.PUBLIC_REPLY, "sv", replace(context, words="ett\r\n\ttvå\x1b[31m\u202e\ntre\ud800")
    )
    assert "\n\nett\n\ttvå[31m\ntre\ufffd\n" in rendered.text
    assert "ett<br>\n\u00a0\u00a0\u00a0\u00a0två[31m<br>\ntre\ufffd" in rendered.html


def test_neutral_receipt_says_nothing_that_the_sender_wrote() -> None:
    context = sample_contexts(NoticeKind.RECEIPT)["neutral"]
    ticket = replace(
        context.ticket, subject="Köp http://spam.example", requester_name="Ring 070-1", requester_address="x@y"
    )
    loud = replace(context, ticket=ticket, recipient_name="Vinst!", excerpt="Klicka")
    for language in LANGUAGES:
        rendered = render_notice(NoticeKind.RECEIPT, language, loud)
        assert rendered == render_notice(NoticeKind.RECEIPT, language, context)
        assert rendered.neutral
        assert "spam" not in f"{rendered.subject}{rendered.text}{rendered.html}"


def test_neutral_receipt_of_a_talkative_wording_goes_without_html() -> None:
    context = sample_contexts(NoticeKind.RECEIPT)["neutral"]
    source = packaged_wording().find_source(NoticeKind.RECEIPT, "sv").text
    talkative = source.replace("<h1>", f"<p>{'ord ' * 500}</p><h1>")
    assert render_notice(NoticeKind.RECEIPT, "sv", context, talkative).html == ""
    assert render_notice(NoticeKind.RECEIPT, "sv", sample_context(NoticeKind.RECEIPT), talkative).html != ""


def test_source_that_is_given_is_what_speaks() -> None:
    source = "{% block subject %}Nr {{ ticket.reference }}{% endblock %}{% block text %}Hej & hå{% endblock %}"
    rendered = render_notice(NoticeKind.RECEIPT, "en", sample_context(NoticeKind.RECEIPT), source)
    assert (rendered.subject, rendered.html, rendered.language) == ("Nr SD-1042", "", "en")
    assert rendered.text.startswith("##- Please write your reply above this line -##\n\nHej & hå\n\n-- \nIT-supporten")
    assert re.fullmatch(r"[0-9a-f]{12}", rendered.revision)
    assert rendered.failure == ""


def _in_text(words: str) -> str:
    return f"{{% block subject %}}s{{% endblock %}}\n{{% block text %}}hej {words}{{% endblock %}}"


BROKEN = {
    "empty": "",
    "syntax": _in_text("{{ ticket.reference"),
    "unknown name": _in_text("{{ tiket.reference }}"),
    "unknown attribute": _in_text("{{ ticket.referense }}"),
    "unknown filter": _in_text("{{ excerpt|safe }}"),
    "unknown filter in an untaken turn": _in_text("{% if false %}{{ excerpt|urlize }}{% endif %}"),
    "no text block": "{% block subject %}s{% endblock %}",
    "empty subject": "{% block subject %} {% endblock %}{% block text %}t{% endblock %}",
    "empty text": "{% block subject %}s{% endblock %}{% block text %}\n{% endblock %}",
    "too long": _in_text("x" * 70_000),
    "division": _in_text("{{ 1 / 0 }}"),
    "multiplication": _in_text("{{ 'x' * 1000000000 }}"),
    "power": _in_text("{{ 9 ** 9999999 }}"),
    "percent": _in_text("{{ '%999999999d' % 1 }}"),
    "range": _in_text("{% for i in range(99999) %}x{% endfor %}"),
    "set": _in_text("{% set a = excerpt ~ excerpt %}{{ a }}"),
    "set block": _in_text("{% set a %}{{ excerpt }}{% endset %}{{ a }}"),
    "with": _in_text("{% with a = excerpt %}{{ a }}{% endwith %}"),
    "loop in a loop": _in_text("{% for a in excerpt %}{% for b in excerpt %}x{% endfor %}{% endfor %}"),
    "recursive loop": _in_text("{% for a in [[1]] recursive %}{{ loop(a) }}{% endfor %}"),
    "join of a text": _in_text("{{ excerpt|join(excerpt) }}"),
    "join of a flood": _in_text("{{ [excerpt" + ", excerpt" * 200 + "]|join(excerpt) }}"),
    "recursion": _in_text("{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}"),
    "class": _in_text("{{ excerpt.__class__ }}"),
    "class by subscript": _in_text("{{ excerpt['__class__'] }}"),
    "subclasses": _in_text("{{ ''.__class__.__mro__[1].__subclasses__() }}"),
    "method": _in_text("{{ excerpt.upper() }}"),
    "format": _in_text("{{ '{0.__class__}'.format(excerpt) }}"),
    "padding": _in_text("{{ 'x'.ljust(1000000000) }}"),
    "strftime": _in_text("{{ ticket.opened_at.strftime('%s') }}"),
    "globals": _in_text("{{ lipsum.__globals__ }}"),
    "globals of a macro": _in_text("{% macro m() %}{% endmacro %}{{ m.__globals__ }}"),
    "cycler": _in_text("{{ cycler('a') }}"),
    "namespace": _in_text("{% set n = namespace(a=1) %}{{ n.a }}"),
    "self": _in_text("{{ self.__init__.__globals__ }}"),
    "attr": _in_text("{{ excerpt|attr('__class__') }}"),
    "map": _in_text("{{ [excerpt]|map(attribute='__class__')|list }}"),
    "include": _in_text("{% include 'layout.html.j2' %}"),
    "import": _in_text("{% import 'parts.html.j2' as p %}"),
    "from import": _in_text("{% from 'parts.html.j2' import facts %}"),
    "autoescape": _in_text("{% autoescape false %}{{ excerpt }}{% endautoescape %}"),
    "change": _in_text("{% do ticket.append(1) %}"),
    "too many tags": _in_text("x") + "{% block html %}" + "<div>" * 3000 + "{% endblock %}",
}


@pytest.mark.parametrize("source", BROKEN.values(), ids=BROKEN.keys())
def test_broken_wording_gives_way_to_the_packaged_one(source: str) -> None:
    context = sample_context(NoticeKind.RECEIPT)
    rendered = render_notice(NoticeKind.RECEIPT, "sv", context, source)
    assert rendered.failure != ""
    assert replace(rendered, failure="") == render_notice(NoticeKind.RECEIPT, "sv", context)


def test_failure_names_the_line_of_the_source() -> None:
    rendered = render_notice(NoticeKind.RECEIPT, "sv", sample_context(NoticeKind.RECEIPT), BROKEN["unknown attribute"])
    assert rendered.failure.startswith("line 2: UndefinedError: ")


def test_packaged_wording_that_is_broken_gives_way_to_a_built_in_sentence(tmp_path: Path) -> None:
    folder = _copy(tmp_path)
    (folder / "sv" / "receipt.j2").write_text("{{", "utf-8")
    rendered = Wording(folder).render(NoticeKind.RECEIPT, "sv", sample_context(NoticeKind.RECEIPT))
    assert (rendered.subject, rendered.revision, rendered.html) == ("[SD-1042]", "built-in", "")
    assert "SD-1042" in rendered.text
    assert rendered.failure.startswith("line 1: TemplateSyntaxError")


def test_folder_that_is_missing_still_says_something(tmp_path: Path) -> None:
    rendered = Wording(tmp_path / "nowhere").render(NoticeKind.CLOSED, "sv", sample_context(NoticeKind.CLOSED))
    assert (rendered.subject, rendered.revision) == ("[SD-1042]", "built-in")
    assert rendered.failure.startswith("FileNotFoundError")


def test_context_with_something_alive_in_it_is_refused() -> None:
    context = replace(sample_context(NoticeKind.RECEIPT), recipient_name=Path("x"))  # type: ignore[arg-type]
    rendered = render_notice(NoticeKind.RECEIPT, "sv", context)
    assert (rendered.revision, rendered.failure) == (
        "built-in",
        "TypeError: a context holds plain values only, not PosixPath",
    )


def test_resolution_offers_both_ways_in_text_and_html() -> None:
    for language in LANGUAGES:
        context = sample_context(NoticeKind.RESOLUTION, language)
        assert isinstance(context, ResolutionContext)
        rendered = render_notice(NoticeKind.RESOLUTION, language, context)
        links = [html.unescape(link) for link in re.findall(r'href="([^"]*)"', rendered.html)]
        assert links == [context.accept_mailto, context.reopen_mailto]
        assert re.findall(r"<(mailto:[^>]*)>", rendered.text) == links


def test_resolution_when_silence_closes_says_so() -> None:
    cases = sample_contexts(NoticeKind.RESOLUTION)
    asked, silent = (
        render_notice(NoticeKind.RESOLUTION, "sv", cases[c]).text for c in ("ordinary", "closes on silence")
    )
    assert ("Vi stänger inte ärendet utan ditt svar." in asked, "stänger vi ärendet" in asked) == (True, False)
    assert ("Vi stänger inte ärendet utan ditt svar." in silent, "stänger vi ärendet" in silent) == (False, True)


def test_receipt_of_a_verified_sender_repeats_what_was_understood() -> None:
    context = sample_context(NoticeKind.RECEIPT)
    assert isinstance(context, ReceiptContext)
    text = render_notice(NoticeKind.RECEIPT, "sv", context).text
    assert "\n> Sedan i morse kommer det bara tomma sidor" in text
    assert f"\n{context.ticket.subject}\n" in text


def _with_strings(value: Any, payload: str) -> Any:
    """The same context with every string in it exchanged, also those inside its parts."""
    if isinstance(value, str):
        return value if value == "Europe/Stockholm" else payload
    if isinstance(value, tuple):
        return tuple(_with_strings(item, payload) for item in value)
    if isinstance(value, NoticeContext) or hasattr(value, "__dataclass_fields__"):
        return type(value)(**{f.name: _with_strings(getattr(value, f.name), payload) for f in fields(value)})
    return value


def _copy(tmp_path: Path) -> Path:
    return Path(shutil.copytree(FOLDER, tmp_path / "wording", ignore=shutil.ignore_patterns("*.py", "__pycache__")))


class _Balance(HTMLParser):
    """Finds tags that are not closed in order."""

    @classmethod
    def of(cls, page: str) -> list[str]:
        parser = cls()
        parser.feed(page)
        parser.close()
        return parser.wrong + parser.open

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)
