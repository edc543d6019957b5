"""The reference beside the editor is complete, tells what things are, and what it writes may be kept."""

from __future__ import annotations

import re

import pytest

from mailbot.console.texts import load_texts
from mailbot.console.wording_names import FILTERS, PARTS, Entry, reference_of
from mailbot.console.wording_problems import tell_problems
from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.catalogue import CATALOGUE
from mailbot.templates.check import Problem, check_wording
from mailbot.templates.names import names_of
from mailbot.templates.render import packaged_wording
from mailbot.templates.samples import sample_contexts
from mailbot.templates.sandbox import FILTERS as ALLOWED
from mailbot.templates.sandbox import OWN_FILTERS

KINDS = tuple(CATALOGUE)
FIRST = {"quote": "desk.name", "command_list": "()", "button": "desk.example"}


@pytest.mark.parametrize("language", ["sv", "en"])
def test_every_notice_case_and_name_is_told_in_words(language: str) -> None:
    """Whoever adds a notice, a sample or a name says what it is in ``texts/<language>_wording.toml``."""
    wanted = {f"wording.{table}.{kind.value}" for kind in KINDS for table in ("notice", "occasion")}
    wanted |= {f"wording.case.{case.replace(' ', '_')}" for kind in KINDS for case in sample_contexts(kind)}
    wanted |= {f"wording.name.{name.path}" for kind in KINDS for name in names_of(kind)}
    assert wanted - load_texts(language).keys() == set()


def test_filters_and_parts_are_those_of_the_sandbox() -> None:
    room = packaged_wording().room_for("sv")
    assert set(FILTERS) | {"e"} == ALLOWED | OWN_FILTERS
    assert room.globals - {"box", "language", "marker", "spacer"} == set(PARTS)


@pytest.mark.parametrize("kind", KINDS)
def test_what_a_click_writes_may_be_kept(kind: NoticeKind) -> None:
    """Each name and part, written into the text and into the HTML of the packaged wording."""
    source = packaged_wording().find_source(kind, "sv").text
    groups = reference_of(load_texts("sv"), kind, "sv")
    for place in ("text", "html"):
        entries = [
            e for g in groups for e in g.entries if g.key not in ("filter", "shape", "part" if place == "text" else "")
        ]
        written = "\n".join(_written(entry, place) for entry in entries)
        tried = source.replace(f"{{% block {place} %}}", f"{{% block {place} %}}\n{written}\n", 1)
        assert [p for p in check_wording(kind, "sv", tried) if not _is_about_links(p)] == []


def _written(entry: Entry, place: str) -> str:
    """As after a click, with something where the caret stands."""
    if place == "text":
        return entry.writes.replace("‸", "x")
    return entry.writes_html.replace("‸", FIRST.get(entry.name, "x")).replace(', "")', ', "Nej")')


def _is_about_links(problem: Problem) -> bool:
    """A link that is put into one block alone wants to stand in the other too: that is for who writes."""
    return "only: " in problem.message or problem.message.startswith("too long")


def test_problems_are_told_in_the_readers_language_with_what_to_mark() -> None:
    problem = Problem(3, "desk has nothing named fone", "Did you mean desk.phone?")
    told = [tell_problems(load_texts(language), [problem])[0] for language in ("sv", "en")]
    assert [(t["line"], t["word"], t["message"], t["hint"]) for t in told] == [
        (3, "desk.fone", "desk har inget som heter fone", "Menade du desk.phone?"),
        (3, "desk.fone", "desk has nothing named fone", "Did you mean desk.phone?"),
    ]


def test_problem_that_is_not_known_is_shown_as_it_is() -> None:
    problem = Problem(1, "something new {here}", "and {there}")
    told = tell_problems(load_texts("sv"), [problem])[0]
    assert (told["message"], told["hint"], told["word"]) == ("something new {here}", "and {there}", "")


BROKEN = (
    "{{", "{% nothing %}", "{{ a b }}", "{% if %}{% endif %}", "{% if x %}", "{{ desk.nam }}", "{{ nam }}",
    "{{ desk.name|nam }}", "{% set x = 1 %}", "{{ 9 * 9 }}",
    "{% for a in [1] %}{% for b in [1] %}{% endfor %}{% endfor %}",
    "{{ desk.name() }}", "{{ self.text() }}", "{% block text %}", "<img src=x>", "{{ " + "(" * 400 + " }}", "a {{ & }}",
    "{{ '}", "x" * 70_000, "{% include 'x' %}", "{{ desk.name.upper() }}", "{{ 1/0 }}", "{% endif %}", "{{ }}",
)  # fmt: skip


def test_nearly_all_that_the_check_says_is_known_in_swedish() -> None:
    """What Jinja itself says has many forms; the usual slips must not be told in a foreign language."""
    source = packaged_wording().find_source(NoticeKind.RECEIPT, "sv").text
    foreign = []
    for broken in BROKEN:
        for problem in check_wording(NoticeKind.RECEIPT, "sv", source.replace("Hej{%", f"{broken}Hej{{%", 1)):
            told = tell_problems(load_texts("sv"), [problem])[0]
            if told["message"] == problem.message or (problem.hint and told["hint"] == problem.hint):
                foreign.append((broken[:40], problem.message[:100], problem.hint[:60]))
    assert foreign == []


def test_samples_of_moments_are_moments_in_words() -> None:
    groups = reference_of(load_texts("en"), NoticeKind.RECEIPT, "en")
    samples = [e.sample for g in groups for e in g.entries if e.name == "ticket.opened_at"]
    assert [bool(re.fullmatch(r"23 Nov 2026 09:12", sample)) for sample in samples] == [True]
