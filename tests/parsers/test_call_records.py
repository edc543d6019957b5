"""Lists of calls as telephone systems write them, and every way in which a row can be wrong."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.desk.contacts import Contact, Outcome, TelephoneSystem
from mailbot.parsers.call_records import read_call_records
from mailbot.parsers.table_rows import BadRow

SWEDISH = TelephoneSystem(
    "switchboard",
    {
        "key": "SamtalsID",
        "caller": "Från",
        "offered": "Ringde",
        "waited": "Väntade",
        "talked": "Pratade",
        "outcome": "Utfall",
        "agent": "Handläggare",
        "skill": "Kö",
    },
    encoding="cp1252",
    moment="%d.%m.%Y %H:%M:%S",
    agents={"4711": "lisa@desk.example"},
)
HEAD = "SamtalsID;Från;Ringde;Väntade;Pratade;Utfall;Handläggare;Kö\n"
MOMENTS = TelephoneSystem(
    "pbx",
    {"key": "id", "caller": "from", "offered": "start", "answered": "answer", "ended": "end", "outcome": "result"},
    delimiter=",",
)


def test_list_is_read_with_the_systems_own_words_and_zone() -> None:
    raw = (HEAD + "a1;070-1;23.11.2026 08:15:30;00:20;1:02:03;Besvarat;4711;IT\n").encode("cp1252")
    assert read_call_records(raw, SWEDISH).contacts == (
        Contact(
            key="a1",
            caller="070-1",
            offered_at=datetime(2026, 11, 23, 7, 15, 30, tzinfo=UTC),
            outcome=Outcome.ANSWERED,
            answered_at=datetime(2026, 11, 23, 7, 15, 50, tzinfo=UTC),
            ended_at=datetime(2026, 11, 23, 8, 17, 53, tzinfo=UTC),
            agent="lisa@desk.example",
            skill="IT",
            system="switchboard",
        ),
    )


def test_moments_of_a_list_may_tell_their_zone() -> None:
    row = b'x,"Berg, Anna",2026-11-23T08:00:00Z,,2026-11-23T08:00:07Z,abandoned'
    raw = b"\xef\xbb\xbfid,from,start,answer,end,result\n" + row + b"\n\n"
    (call,) = read_call_records(raw, MOMENTS).contacts
    assert (call.caller, call.outcome, call.answered_at) == ("Berg, Anna", Outcome.ABANDONED, None)
    assert (call.offered_at, call.ended_at) == (
        datetime(2026, 11, 23, 8, tzinfo=UTC),
        datetime(2026, 11, 23, 8, 0, 7, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("row", "bad"),
    [
        (",1,2026-11-23T08:00,,,abandoned", BadRow(2, "id", "", "what tells this call from the others")),
        ("x,1,soon,,,abandoned", BadRow(2, "start", "soon", "a moment (ISO 8601, such as 2026-11-23 08:15:30)")),
        ("x,1,2026-11-23T08:00,,,lost", BadRow(2, "result", "lost", "one of answered, besvarat, abandoned, övergivet")),
        (
            "x,1,2026-11-23T08:00,,,answered",
            BadRow(2, "answer", "", "when the call was answered, or how long the caller waited"),
        ),
        (
            "x,1,2026-11-23T08:00,2026-11-23T07:59,,answered",
            BadRow(2, "answer", "2026-11-23T07:59", "a moment after the one before it, and within two days"),
        ),
        ("x,1", BadRow(2, "(row)", "2 columns", "6 columns, as in the head")),
    ],
)
def test_bad_row_is_told_with_what_was_found_and_wanted(row: str, bad: BadRow) -> None:
    good = "y,1,2026-11-23T08:00,,,abandoned"
    records = read_call_records(f"id,from,start,answer,end,result\n{row}\n{good}\n".encode(), MOMENTS)
    assert (records.bad, [c.key for c in records.contacts]) == ((bad,), ["y"])


def test_list_without_its_columns_is_told() -> None:
    assert read_call_records(b"id,from,begin\n", MOMENTS).bad == (
        BadRow(1, "(head)", "id,from,begin", "the columns start, result"),
    )


def test_list_in_another_encoding_is_told() -> None:
    (bad,) = read_call_records("id,från".encode("cp1252"), MOMENTS).bad
    assert (bad.line, bad.column, bad.wanted) == (1, "(file)", "text in utf-8")


@given(st.binary(max_size=300))
def test_no_bytes_make_the_reader_fail(raw: bytes) -> None:
    records = read_call_records(b"id,from,start,answer,end,result\n" + raw, MOMENTS)
    assert all(isinstance(found, Contact) for found in records.contacts)
