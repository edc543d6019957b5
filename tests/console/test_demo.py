"""The demo opens on a desk that is being tried out and nowhere else, and shows nobody's real mail."""

from __future__ import annotations

from email import message_from_bytes, policy
from pathlib import Path

import pytest

from mailbot.console.demo_letters import lead_links
from mailbot.console.demo_post import Draft, compose_draft, hand_in
from mailbot.desk.demo import may_play
from mailbot.settings import load_settings
from mailbot.settings.embedded import is_demo_open
from tests.support.console import open_console
from tests.support.desk import WorkingDesk
from tests.support.scripted_smtp import ScriptedSmtp

ON_SQLITE = pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)


@pytest.mark.parametrize(
    ("settings", "open_"),
    [
        ("", True),
        ('[smtp]\nhost = "::1"\n[console]\nhost = "localhost"', True),
        ("[console]\ndemo = false", False),
        ("[console]\non = false", False),
        ('[console]\nhost = "0.0.0.0"', False),
        ('[console]\nhost = "desk.example"', False),
        ('[console]\nbase_url = "https://desk.example"', False),
        ('[console]\nproxies = ["127.0.0.1"]', False),
        ('[smtp]\nhost = "192.0.2.1"', False),
        ("[smtp]\non = false", False),
        ('[lmtp]\non = true\nhost = "192.0.2.1"', False),
        ("[lmtp]\non = true", True),
        ('[delivery]\nmode = "smtp"\nhost = "127.0.0.1"', False),
        ('[[imap]]\nname = "a"\nhost = "127.0.0.1"\nusername = "u"\npassword = "p"', False),
        ('[[agents]]\naddress = "lisa@desk.example"', False),
    ],
)
def test_demo_is_open_on_the_embedded_default_alone(tmp_path: Path, settings: str, open_: bool) -> None:
    (tmp_path / "settings.toml").write_text(settings)
    assert is_demo_open(load_settings(tmp_path / "settings.toml", {})) is open_


@pytest.mark.parametrize(
    ("address", "may"),
    [
        ("anna@kommun.example", True),
        ("anna@KOMMUN.EXAMPLE.", True),
        ("a@b.test", True),
        ("a@example.org", True),
        ("a@mail.example.com", True),
        ("a@notexample.com", False),
        ("a@example.se", False),
        ("a@example.com.evil.se", False),
        ("a@localhost", False),
        ("example", False),
        ("", False),
    ],
)
def test_only_reserved_domains_play(address: str, may: bool) -> None:
    assert may_play(address) is may


@ON_SQLITE
def test_pages_of_the_demo_are_not_there_while_it_is_closed(desk: WorkingDesk) -> None:
    desk.receive()
    with open_console(desk) as console:
        paths = ["/demo", "/demo/state", "/demo/mail/1?who=anna@kommun.example"]
        assert [console.get(path).status_code for path in paths] == [404] * 3
        posts = [
            console.post(path, {"ticket": "1001", "act": "take"}, page="/x") for path in ("/demo/write", "/demo/act")
        ]
        assert [answer.status_code for answer in posts] == [404, 404]
        assert "ticket_assigned" not in desk.facts()


@ON_SQLITE
def test_real_people_and_mail_about_no_ticket_are_not_shown(desk: WorkingDesk) -> None:
    desk.receive("Hemligt", sender="Eva <eva@verket.se>", subject="Hemligt ärende")
    desk.deliver()
    with open_console(desk, demo=True) as console:
        pages = [
            console.get(f"/demo?who={who}&mail=1&ticket=1001").text for who in ("eva@verket.se", "anna@kommun.example")
        ]
        assert [word for page in pages for word in ("Hemligt", "eva@verket.se", "SD-1001") if word in page] == []
        assert console.get("/demo/mail/1?who=eva@verket.se").status_code == 404
        answer = console.post("/demo/act", {"ticket": "1001", "act": "reply", "words": "x"}, page="/demo")
        assert answer.status_code == 404
        console.sign_in("lisa@desk.example")
        assert "Hemligt" in console.get("/outbox/2/frame").text
        assert console.get("/demo/mail/2?who=lisa@desk.example").status_code == 404
        assert "Hemligt" not in console.get("/demo?who=lisa@desk.example").text
        desk.receive("Öppet")
        desk.deliver()
        shown = [console.get(f"/demo/mail/4?who={who}@desk.example").status_code for who in ("lisa", "omar")]
        assert shown == [200, 404]
        page = console.get("/demo?who=anna@kommun.example").text
        assert [f'href="{way}"' in page for way in ("/mail/2", "/tickets/SD-1002", "/outbox/3")] == [True] * 3
        console.client.cookies.clear()
        assert 'href="/mail/2"' not in console.get("/demo?who=anna@kommun.example").text


@ON_SQLITE
def test_frame_of_a_mail_lets_a_person_out_and_nothing_else(desk: WorkingDesk) -> None:
    desk.receive("Trasig")
    desk.resolve()
    with open_console(desk, demo=True) as console:
        shown = console.get("/demo/mail/3?who=anna@kommun.example")
        assert shown.headers["content-security-policy"] == (
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'; "
            "frame-ancestors 'self'; sandbox allow-top-navigation-by-user-activation allow-popups "
            "allow-popups-to-escape-sandbox"
        )
        assert ("mailto:" in shown.text, f'href="{console.url}/answer/' in shown.text) == (False, True)
        assert shown.text.count('href="/demo?who=anna%40kommun.example&amp;write=1&amp;to=support%2B1001') == 2


def test_links_lead_into_the_demo_or_nowhere() -> None:
    html = (
        '<a class="b" href="mailto:d%2Bx@localhost?subject=Ja%20%C3%A5&amp;body=a%2Bb%0D%0Ac+d">1</a>'
        '<a href="http://desk/answer/1-1-1-aab">2</a><a href="https://elsewhere.example/">3</a>'
    )
    assert lead_links(html, "a@b.example", 7, "http://here") == (
        '<a class="b" target="_top" href="/demo?who=a%40b.example&amp;write=1&amp;to=d%2Bx%40localhost&amp;answers=7'
        '&amp;subject=Ja%20%C3%A5&amp;body=a%2Bb%0Ac%2Bd">1</a>'
        '<a target="_blank" href="http://here/answer/1-1-1-aab">2</a><a>3</a>'
    )


def test_mail_of_the_demo_is_handed_in_at_the_door_as_it_was_written(desk: WorkingDesk) -> None:
    draft = Draft(
        "Åsa\r\nBcc: x@y.example", "asa@kommun.example", "desk@localhost", "Hej\nBcc: x@y.example", "Å\n.\nslut"
    )
    with ScriptedSmtp() as door:
        assert hand_in(compose_draft(draft, desk.now, None), draft.address, draft.to, ("127.0.0.1", door.port)) == ""
        sunk = door.mails[0]
    mail = message_from_bytes(sunk.content, policy=policy.default)
    assert (sunk.reverse_path, sunk.recipients) == ("asa@kommun.example", ("desk@localhost",))
    assert (mail["From"], mail["Subject"], mail["Bcc"]) == (
        '"Åsa Bcc: x@y.example" <asa@kommun.example>',
        "Hej Bcc: x@y.example",
        None,
    )
    assert mail.get_content().replace("\r\n", "\n") == "Å\n.\nslut\n"


def test_door_that_does_not_take_the_mail_says_why(desk: WorkingDesk) -> None:
    draft = Draft("", "asa@kommun.example", "desk@localhost", "", "x")
    with ScriptedSmtp({"RCPT": ["550 5.1.1 nobody here"]}) as door:
        said = hand_in(compose_draft(draft, desk.now, None), draft.address, draft.to, ("127.0.0.1", door.port))
    assert said == "5.1.1 nobody here"
