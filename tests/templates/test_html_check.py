"""What has no place in the HTML of a mail is seen in the HTML itself, however its source was written."""

from __future__ import annotations

import pytest

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.check import Problem, check_wording
from mailbot.templates.html_check import find_foreign
from mailbot.templates.render import render_notice
from mailbot.templates.samples import sample_contexts

NOTHING, NOWHERE = "Mails load nothing and run nothing.", "Begin it with https://, mailto: or tel:."


@pytest.mark.parametrize(
    ("html", "found"),
    [
        ("<p>Hej <a href='https://desk.example'>du</a></p>", []),
        ("<img src='x'>", [("<img is not for mails", NOTHING), ("src= is not for mails", NOTHING)]),
        ("<SCRIPT>x</SCRIPT>", [("<script is not for mails", NOTHING)]),
        ("<p OnClick='x'>Hej</p>", [("onclick= is not for mails", NOTHING)]),
        ("<td background='x'>Hej</td>", [("background= is not for mails", NOTHING)]),
        ("<p style='background:URL (x)'>Hej</p>", [("style= is not for mails", NOTHING)]),
        (
            "<a href='javascript:x'>Hej</a>",
            [("a link leads nowhere: javascript:x", NOWHERE)],
        ),
        (
            "<a href='//x.example'>Hej</a>",
            [("a link leads nowhere: //x.example", NOWHERE)],
        ),
        (
            "<a href='tel:112'> <b></b></a>",
            [("a link has no words: tel:112", "Whoever hears the mail must hear where it leads.")],
        ),
        ("x" * 100_001, [("the HTML has 100,027 octets", "Mail programs cut off what is longer than 100,000.")]),
    ],
)
def test_what_is_not_for_mails_is_found(html: str, found: list[tuple[str, str]]) -> None:
    assert list(find_foreign(f"<html><body>{html}</body></html>")) == found


def test_frame_and_packaged_wordings_have_nothing_foreign() -> None:
    kinds = [(kind, tag) for tag in ("sv", "en") for kind in NoticeKind]
    rendered = [render_notice(kind, tag, c) for kind, tag in kinds for c in sample_contexts(kind, tag).values()]
    assert [list(find_foreign(r.html)) for r in rendered] == [[] for _ in rendered]


@pytest.mark.parametrize(
    ("preheader", "html", "message"),
    [
        ("<{{ 'im' ~ 'g' }} width='1'>", "<p>x</p>", "<img is not for mails"),
        ("x", "<p {{ 'on' ~ 'click' }}='x'>x</p>", "onclick= is not for mails"),
        ("x", "<p style='background:{{ 'ur' ~ 'l(' }}x)'>x</p>", "style= is not for mails"),
    ],
)
def test_what_a_wording_puts_together_is_seen(preheader: str, html: str, message: str) -> None:
    source = (
        "{% block subject %}x{% endblock %}\n{% block text %}x{% endblock %}\n"
        f"{{% block preheader %}}{preheader}{{% endblock %}}{{% block html %}}{html}{{% endblock %}}"
    )
    assert Problem(3, message, NOTHING) in check_wording(NoticeKind.CLOSED, "sv", source)
