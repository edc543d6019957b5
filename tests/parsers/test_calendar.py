"""Invitations as lines a person reads."""

import pytest

from mailbot.parsers.calendar import render_invitation


def _event(*lines: str, method: str = "REQUEST") -> str:
    return "\r\n".join(
        ["BEGIN:VCALENDAR", f"METHOD:{method}", "BEGIN:VEVENT", *lines, "END:VEVENT", "END:VCALENDAR", ""]
    )


def test_event_shows_what_when_where_and_who() -> None:
    text = _event(
        "ORGANIZER;ROLE=CHAIR;CN=Anna Berg:mailto:anna@kund.example",
        "SUMMARY;LANGUAGE=sv:Byte av skrivare\\, plan 3\\nOBS",
        "DTSTART;TZID=Europe/Stockholm:20260310T130000",
        "DTEND:20260310T123000Z",
        "LOCATION:Rum ",
        " 12",
    )
    assert render_invitation(text) == (
        "Invitation: request\nSummary: Byte av skrivare, plan 3 OBS\nStart: 2026-03-10 13:00 Europe/Stockholm\n"
        "End: 2026-03-10 12:30 UTC\nPlace: Rum 12\nOrganiser: Anna Berg <anna@kund.example>"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        (_event("DTSTART;VALUE=DATE:20260310", method="CANCEL"), "Invitation: cancel\nStart: 2026-03-10"),
        (_event("DTSTART:soon"), "Invitation: request\nStart: soon"),
        (_event("BEGIN:VALARM", "SUMMARY:alarm", "END:VALARM", "SUMMARY:event"), "Invitation: request\nSummary: event"),
        (
            "BEGIN:VEVENT\nSUMMARY:one\nEND:VEVENT\nBEGIN:VEVENT\nSUMMARY:two\nEND:VEVENT",
            "Summary: one\n\nSummary: two",
        ),
        ("BEGIN:VTIMEZONE\nDTSTART:19700101T000000\nEND:VTIMEZONE", ""),
        (_event(), ""),
        ("no calendar at all", ""),
        ("", ""),
        ('BEGIN:VEVENT\nSUMMARY;X="never closed:a', ""),
    ],
)
def test_odd_calendar_shows_what_it_has(text: str, shown: str) -> None:
    assert render_invitation(text) == shown
