"""The printer on floor three: a mail becomes a ticket, and its requester has the last word. Swedish and English.

Rows 8, 9, 11, 12 and 18 of what the desk is for: the receipt, the question, the acceptance or the objection, and who
may close a ticket.
"""

from __future__ import annotations

from tests.support.running import RunningMailbot

ANNA, LISA = "anna@kommun.example", "lisa@desk.example"


def test_anna_is_asked_and_accepts(mailbot: RunningMailbot) -> None:
    mailbot.send("Skrivaren på plan 3", "Hej,\n\nskrivaren ger bara tomma sidor.\n\nAnna")
    receipt = mailbot.letter_to(ANNA, 1)
    assert (receipt["Subject"], receipt["Auto-Submitted"]) == (
        "[SD-1001] Vi har tagit emot ditt ärende",
        "auto-replied",
    )
    assert mailbot.letter_to(LISA, 1)["Subject"] == "[SD-1001] Nytt ärende: Skrivaren på plan 3"

    mailbot.run("ticket", "take", "SD-1001")
    mailbot.run("ticket", "resolve", "SD-1001", "Drivrutinen är bytt.")
    asked = mailbot.letter_to(ANNA, 2)
    assert asked["In-Reply-To"] == receipt["Message-ID"]

    mailbot.answer(asked, "Acceptera\n\nTack! /Anna")
    shown = mailbot.wait_for_state("closed")
    assert [e["kind"] for e in shown["entries"]] == ["request", "resolution", "reply"]
    assert mailbot.letter_to(ANNA, 3)["In-Reply-To"] != asked["Message-ID"]
    assert mailbot.json("audit")["findings"] == []


def test_it_was_not_fixed_so_anna_reopens_and_an_old_notice_closes_nothing(mailbot: RunningMailbot) -> None:
    mailbot.send("The printer", "Hello, the printer on floor three only gives empty pages. Please help me with it.")
    mailbot.letter_to(ANNA, 1)
    mailbot.run("ticket", "resolve", "SD-1001", "Restarted it.")
    first = mailbot.letter_to(ANNA, 2)
    assert first["Content-Language"] == "en"

    mailbot.answer(first, "It still does not work, sorry.")
    mailbot.wait_for_state("in_progress")
    mailbot.run("ticket", "resolve", "1001", "Replaced the driver.")
    second = mailbot.letter_to(ANNA, 4)

    mailbot.answer(first, "accept")
    mailbot.wait_for_mail(3, "reply")
    assert mailbot.json("ticket", "show", "SD-1001")["state"] == "resolved"
    mailbot.answer(second, "accept")
    assert mailbot.wait_for_state("closed")["resolution"] == 2


def test_others_cannot_close_it_and_machines_change_nothing(mailbot: RunningMailbot) -> None:
    mailbot.send("Skrivaren", "Den är trasig.")
    mailbot.letter_to(ANNA, 1)
    mailbot.run("ticket", "resolve", "SD-1001", "Drivrutinen är bytt.")
    asked = mailbot.letter_to(ANNA, 2)

    mailbot.answer(asked, "Acceptera", sender="mallory@evil.example")
    assert mailbot.wait_for_mail(2, "held")["ticket"] == 1001
    quoted = "".join(f"> {line}\n" for line in asked.get_body(("plain",)).get_content().splitlines())
    mailbot.answer(asked, f"Vilken drivrutin?\n\nDen 23 november 2026 skrev Servicedesk:\n{quoted}")
    mailbot.wait_for_mail(3, "reply")
    mailbot.answer(asked, "Jag är åter måndag 30 november. Acceptera!", Auto_Submitted="auto-replied")
    mailbot.wait_for_mail(4, "automatic")

    shown = mailbot.json("ticket", "show", "SD-1001")
    assert (shown["state"], shown["needs_person"]) == ("resolved", True)
    assert len(mailbot.letters(ANNA)) == 2
    assert mailbot.letters("mallory@evil.example") == []


def test_an_agent_works_by_mail_alone(mailbot: RunningMailbot) -> None:
    mailbot.send("Skrivaren", "Den är trasig.")
    told = mailbot.letter_to(LISA, 1)
    lisa = f"Lisa Lind <{LISA}>"
    mailbot.answer(told, "Jag tror att det är drivrutinen.", sender=lisa)
    mailbot.wait_for_mail(2, "reply")
    mailbot.answer(told, "#resolve Drivrutinen är bytt.", sender=lisa)
    mailbot.wait_for_state("resolved")
    mailbot.answer(mailbot.letter_to(ANNA, 2), "Acceptera")
    shown = mailbot.wait_for_state("closed")
    assert [(e["kind"], e["public"]) for e in shown["entries"]] == [
        ("request", True),
        ("note", False),
        ("resolution", True),
        ("reply", True),
    ]
