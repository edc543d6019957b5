"""A list of people to be told of events: every row, or what is wrong with each."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mailbot.desk.correspondence import Mailbox
from mailbot.parsers.audience_file import AudienceRow, KnownNames, read_audience_file

KNOWN = KnownNames(("kommun", "region"), ("mail", "print"), ("sv", "en"))


def bad(text: str) -> list[str]:
    found = read_audience_file(text.encode(), KNOWN)
    return [f"{row.line} {row.column}: {row.wanted}" for row in found.bad]


def test_rows_are_people_with_what_is_known_of_them() -> None:
    text = "address,name,customer,services,language\nbo@a.example,Bo Ek,kommun,mail print,en\nalla@a.example,,,,\n"
    found = read_audience_file(text.encode(), KNOWN)
    assert found.bad == ()
    assert found.rows == (
        AudienceRow(Mailbox("bo@a.example", "Bo Ek"), "kommun", ("mail", "print"), "en"),
        AudienceRow(Mailbox("alla@a.example")),
    )


@pytest.mark.parametrize(
    "text",
    [
        "adress;namn\nbo@a.example;Åsa Öberg\n",
        "\ufeffAddress,Name\r\nbo@a.example,Åsa Öberg\r\n\r\n",
        'E-post,namn\n"bo@a.example","Åsa Öberg"',
        "kommentar;namn;adress\nintern;Åsa Öberg;bo@a.example",
    ],
)
def test_columns_are_found_by_their_names(text: str) -> None:
    assert read_audience_file(text.encode(), KNOWN).rows == (AudienceRow(Mailbox("bo@a.example", "Åsa Öberg")),)


def test_services_in_one_cell_may_be_parted_in_any_way() -> None:
    rows = read_audience_file(b'address;services\nbo@a.example;"mail; print,mail"\n', KNOWN).rows
    assert rows[0].services == ("mail", "print")


def test_every_bad_row_is_told_with_its_line() -> None:
    text = (
        "address,customer,services,language\n"
        "bo@a.example,komun,,\n"
        "carola@a.example,,mial,\n"
        "dag@a.example,,,fr\n"
        "eva@a.example\n"
        "Eva <eva@a.example>,,,\n"
        "BO2@a.example,,,\n"
        "bo2@A.example,,,\n"
    )
    assert bad(text)[:4] == [
        "2 customer: one of kommun, region",
        "3 services: one of mail, print",
        "4 language: one of en, sv",
        "5 (row): 4 columns, as in the first line",
    ]
    assert [row.partition(":")[0] for row in bad(text)[4:]] == ["6 address", "8 address"]
    assert bad(text)[5].endswith("this one stands in line 7")


@pytest.mark.parametrize(
    ("raw", "told"),
    [
        (b"", "1 (head)"),
        (b"name,customer\nBo,kommun\n", "1 (head)"),
        (b"address\nb\xe5@a.example\n", "1 (file)"),
        (b'address,name\nbo@a.example,"Bo\nCc: x', "3 (row)"),
        (b"address,name\nbo@a.example,Bo\x00Ek\n", "2 name"),
        (b"address,name\nbo@a.example," + b"x" * 321, "2 name"),
    ],
)
def test_file_that_cannot_be_used_says_why(raw: bytes, told: str) -> None:
    found = read_audience_file(raw, KNOWN)
    assert [f"{row.line} {row.column}" for row in found.bad] == [told]


def test_name_that_holds_a_line_break_is_no_name() -> None:
    assert bad('address,name\nbo@a.example,"Bo\nBcc: all@victim.example"\n') == ["3 name: a name on one line"]


@given(st.binary(max_size=300) | st.text(alphabet='address,;"\n\r\0xå@.', max_size=200).map(str.encode))
def test_nothing_makes_it_raise(raw: bytes) -> None:
    found = read_audience_file(b"address,name\n" + raw, KNOWN)
    assert all(row.line >= 1 and row.wanted for row in found.bad)
