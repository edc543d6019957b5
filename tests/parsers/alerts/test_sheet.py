"""The sheet that formats read from: HTML as lines, labels, links, keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest

from mailbot.desk.correspondence import Alert, InboundMail
from mailbot.desk.vocabulary import AlertState
from mailbot.parsers.alerts.sheet import MAX_KEY, Sheet, make_key, read_html_lines, read_labels, split_label, with_time


@pytest.mark.parametrize(
    ("markup", "lines"),
    [
        ("<b>Host:</b> a<br>Service: <i>b</i> c", ("Host: a", "Service: b c")),
        ("<tr><td>Device</td><td><a href='x'>nas</a></td></tr>", ("Device", "nas")),
        ("<style>td {a: b}</style><p>1 &lt; 2&nbsp;</p><script>x<b>y</b></script>z", ("1 < 2", "z")),
        ("a\n   b<!-- <br> <!-- -->c<!-- d", ("a bc",)),
        ("no tags", ("no tags",)),
        ("", ()),
    ],
)
def test_read_html_lines(markup: str, lines: tuple[str, ...]) -> None:
    assert read_html_lines(markup) == lines


@pytest.mark.parametrize(
    ("line", "label", "value"),
    [
        ("Host:    web1", "host", "web1"),
        ("- Alarm Arn:  arn:aws:x", "alarm arn", "arn:aws:x"),
        ("Address:", "address", ""),
        ("12:30:01 started", "", ""),
        ("https://kund.example/", "", ""),
        ("no label", "", ""),
        ("x" * 61 + ": y", "", ""),
    ],
)
def test_split_label(line: str, label: str, value: str) -> None:
    assert split_label(line) == (label, value)


def test_read_labels_keeps_the_first_and_looks_below() -> None:
    lines = ("Host: a", "Host: b", "Info:", "below", "Empty:", "Next: c")
    assert read_labels(lines) == {"host": "a", "info": "below", "empty": "", "next": "c"}


@pytest.mark.parametrize(
    ("subject", "shown"),
    [
        ("[EXTERN] Problem: x", "Problem: x"),
        ("EXTERNAL: Problem: x", "Problem: x"),
        ("*****SPAM***** Problem: x", "Problem: x"),
        ("[External]  Problem:\tx", "Problem: x"),
        ("External drive", "External drive"),
        ("[FIRING:1] x", "[FIRING:1] x"),
    ],
)
def test_subject_without_gateway_tag(subject: str, shown: str) -> None:
    assert Sheet(InboundMail(subject=subject)).subject == shown


def test_links_of_html_come_before_those_of_text() -> None:
    mail = InboundMail(text="see http://a.example/x.\n", html='<a href="http://b.example/?a=1&amp;b=2">x</a>')
    assert Sheet(mail).links == ("http://b.example/?a=1&b=2", "http://a.example/x")


def test_make_key_of_long_parts_stays_distinct() -> None:
    keys = {make_key("x" * 1_000, str(number)) for number in range(3)}
    assert sorted(map(len, keys)) == [MAX_KEY, MAX_KEY, MAX_KEY]


def test_make_key_is_one_line() -> None:
    assert make_key("a\n b", " c") == "a b|c"


def test_with_time_prefers_told_time_and_is_utc() -> None:
    told = datetime(2026, 11, 2, 8, tzinfo=timezone(timedelta(hours=1)))
    mail = InboundMail(date=datetime(2026, 11, 2, 9, tzinfo=UTC))
    alert = Alert("x", AlertState.PROBLEM, "k")
    assert with_time(alert, mail, told).occurred_at == datetime(2026, 11, 2, 7, tzinfo=UTC)
    assert with_time(alert, mail, told.replace(tzinfo=None)).occurred_at == mail.date
    assert with_time(alert, InboundMail()).occurred_at is None
