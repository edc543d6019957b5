"""A wording is checked before it is kept."""

import pytest

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.check import Problem, check_wording
from mailbot.templates.render import packaged_wording, render_notice
from mailbot.templates.samples import sample_contexts

RESOLUTION = packaged_wording().find_source(NoticeKind.RESOLUTION, "sv").text
RECEIPT = packaged_wording().find_source(NoticeKind.RECEIPT, "sv").text
SMALL = """{% block subject %}Nr {{ ticket.reference }}{% endblock %}
{% block text %}
Hej
{% endblock %}
{% block html %}
<p>Hej</p>
{% endblock %}
"""


@pytest.mark.parametrize("language", ["sv", "en"])
@pytest.mark.parametrize("kind", list(NoticeKind))
def test_packaged_wording_has_no_problem(kind: NoticeKind, language: str) -> None:
    source = packaged_wording().find_source(kind, language)
    assert (source.language, check_wording(kind, language, source.text)) == (language, ())


def test_small_wording_has_no_problem() -> None:
    assert check_wording(NoticeKind.CLOSED, "sv", SMALL) == ()


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        (
            "Hej\n{%",
            "{{ tiket.reference }}\n{%",
            Problem(3, "tiket is not a name in this notice", "Did you mean ticket?"),
        ),
        (
            "Hej\n{%",
            "{{ ticket.referens }}\n{%",
            Problem(3, "ticket has nothing named referens", "Did you mean ticket.reference?"),
        ),
        (
            "Hej\n{%",
            "{% if false %}{{ reopen_dayz }}{% endif %}\n{%",
            Problem(3, "reopen_dayz is not a name in this notice", "Did you mean reopen_days?"),
        ),
        ("Hej\n{%", "{{ desk.name|uper }}\n{%", Problem(3, "uper is not a filter", "Did you mean upper?")),
        ("Hej\n{%", "{% if x\n{%", Problem(4, "expected token 'end of statement block', got '{'", "")),
        ("Hej\n{%", "{{ 1 / 0 }}\n{%", Problem(3, "division by zero", "In the case “ordinary”.")),
        ("<p>Hej", "<img src='x'>", Problem(6, "<img is not for mails", "Mails load nothing and run nothing.")),
        ("<p>Hej", "<p onclick='x'>", Problem(6, "onclick= is not for mails", "Mails load nothing and run nothing.")),
        ("Nr ", "Nr\n", Problem(1, "the subject has more than one line", "In the case “ordinary”.")),
        ("Nr {{ ticket.reference }}", "", Problem(0, "the subject is empty", "In the case “ordinary”.")),
        (
            "block html",
            "block htlm",
            Problem(0, "there is no block named html", "Add {% block html %} … {% endblock %}."),
        ),
        ("block text", "block txt", Problem(0, "no block named text", "")),
        (
            "Hej\n{%",
            "Se https://x.example/a\n{%",
            Problem(5, "a link stands in the text only: https://x.example/a", "In the case “ordinary”."),
        ),
        (
            "<p>Hej",
            '<p><a href="https://x.example/?a=1&amp;b">Hej</a>',
            Problem(2, "a link stands in the html only: https://x.example/?a=1&b", "In the case “ordinary”."),
        ),
    ],
)
def test_problem_is_found_with_its_line_and_what_to_do(old: str, new: str, problem: Problem) -> None:
    assert old in SMALL
    assert check_wording(NoticeKind.CLOSED, "sv", SMALL.replace(old, new)) == (problem,)


def test_attribute_that_only_one_turn_asks_for_is_found_when_it_is_spoken() -> None:
    wrong = SMALL.replace("Hej\n{%", "Hej {% if evidence == 'silence' %}{{ reopen_until.hour.x }}{% endif %}\n{%")
    assert check_wording(NoticeKind.CLOSED, "sv", wrong) == (
        Problem(3, "'int object' has no attribute 'x'", "In the case “by silence”."),
    )


@pytest.mark.parametrize("answer", ["accept", "reopen"])
def test_resolution_that_does_not_offer_both_ways_is_refused(answer: str) -> None:
    text_line, html_line = (_line(RESOLUTION, f"block {block}") for block in ("text", "html"))
    lacking = RESOLUTION.replace(f"<{{{{ {answer}_mailto }}}}>", "").replace(f"{answer}_mailto,", '"",')
    hint = f"Add {{{{ {answer}_mailto }}}} as a link."
    assert [p for p in check_wording(NoticeKind.RESOLUTION, "sv", lacking) if "offer" in p.message] == [
        Problem(text_line, f"the text does not offer {answer}_mailto", hint),
        Problem(html_line, f"the html does not offer {answer}_mailto", hint),
    ]


def test_resolution_that_does_not_say_the_words_is_refused() -> None:
    text_line, html_line = (_line(RESOLUTION, f"block {block}") for block in ("text", "html"))
    assert check_wording(NoticeKind.RESOLUTION, "sv", RESOLUTION.replace("återöppna", "X")) == (
        Problem(text_line, "the text does not say the word återöppna", "It is what people answer with."),
        Problem(html_line, "the html does not say the word återöppna", "It is what people answer with."),
    )


def test_receipt_too_long_for_unverified_senders_is_told() -> None:
    assert check_wording(NoticeKind.RECEIPT, "sv", RECEIPT.replace("<h1>", f"<p>{'ord ' * 500}</p><h1>")) == (
        Problem(0, "too long for a sender who is not verified", "The HTML is left out for them. Say less."),
    )


@pytest.mark.parametrize(
    "source", ["", "{{", "{% block", "x" * 70_000, "\x00", "{% extends x %}", "<div>" * 3_000, "{#", "\ud800"]
)
def test_source_that_is_no_wording_is_refused_without_raising(source: str) -> None:
    assert len(check_wording(NoticeKind.RECEIPT, "sv", source)) == 1


@pytest.mark.parametrize("kind", list(NoticeKind))
def test_wording_without_problems_renders_every_case(kind: NoticeKind) -> None:
    """The other notices' wordings are tried for this kind: what the check lets through never fails at rendering."""
    for other in NoticeKind:
        source = packaged_wording().find_source(other, "en").text
        failures = {render_notice(kind, "en", c, source).failure for c in sample_contexts(kind, "en").values()}
        if check_wording(kind, "en", source) == ():
            assert failures == {""}
        else:
            assert other != kind


def _line(source: str, words: str) -> int:
    return source[: source.index(words)].count("\n") + 1


@pytest.mark.parametrize("end", ["\\r", "\\u2028", "\\x85", "\\n", "\\r\\nBcc: x@y.example"])
def test_no_line_end_gets_into_a_subject(end: str) -> None:
    wrong = SMALL.replace("Nr ", f'{{{{ "Nr{end} " }}}}x ')
    assert [p.message for p in check_wording(NoticeKind.CLOSED, "sv", wrong)] == ["the subject has more than one line"]


def test_style_sheet_of_its_own_is_refused() -> None:
    wrong = SMALL.replace("<p>Hej", "<style>p { color: red }</style><p>Hej")
    assert [p.message for p in check_wording(NoticeKind.CLOSED, "sv", wrong)] == ["<style is not for mails"]


def test_link_at_the_end_of_a_sentence_is_the_same_link() -> None:
    source = SMALL.replace("Hej\n{%", "Se https://x.example/a.\n{%").replace(
        "<p>Hej", '<p><a href="https://x.example/a">Hej</a>'
    )
    assert check_wording(NoticeKind.CLOSED, "sv", source) == ()
