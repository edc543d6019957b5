"""The identity provider says who comes: believed only where it proves it, and tied by its stable name (S51)."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from joserfc import jwt
from joserfc.jwk import OctKey, RSAKey

from mailbot.console.oidc import OpenIdProvider
from mailbot.console.sign_in_oidc import BACK, proofs_of
from mailbot.desk.correspondence import Mailbox
from mailbot.workflows.members import COMMAND_LINE, remove_member
from mailbot.workflows.sign_in import invite
from tests.support.console import Console, open_console
from tests.support.desk import WorkingDesk
from tests.support.openid_provider import CLIENT, SECRET, OpenIdServer

REFUSED = {
    "unverified": "har inte bekräftat din e-postadress",
    "stranger": "Du har ingen roll här",
    "taken": "redan knuten till ett annat konto",
    "trouble": "svarade inte som den ska",
    "foreign": "hör inte till den här webbläsaren",
    "domain": "hör inte till dem som får logga in",
}


@pytest.fixture
def server() -> Iterator[OpenIdServer]:
    with OpenIdServer() as server:
        yield server


@pytest.fixture
def desk(sqlite_template: Path, tmp_path: Path) -> WorkingDesk:
    shutil.copyfile(sqlite_template, tmp_path / "mailbot.db")
    return WorkingDesk(tmp_path, f"sqlite:///{tmp_path}/mailbot.db")


def provider(server: OpenIdServer, **changes: object) -> OpenIdProvider:
    return OpenIdProvider(server.issuer, CLIENT, SECRET, "Almby ID", **changes)  # type: ignore[arg-type]


@pytest.fixture
def console(desk: WorkingDesk, server: OpenIdServer) -> Iterator[Console]:
    with open_console(desk, identity=provider(server)) as console:
        server.back = f"{desk.desk.policy.console_url}{BACK}"
        yield console


def go(console: Console, to: str = "/sessions") -> str:
    """To the provider and back; the path with what it sends along."""
    away = console.get(f"/sign-in/oidc?to={to}")
    assert away.status_code == 303, away.text
    back = httpx.get(away.headers["location"]).headers["location"]
    return f"{urlsplit(back).path}?{urlsplit(back).query}"


def come_back(console: Console, path: str, **changes: str) -> httpx.Response:
    shown = console.get(path)
    fields = dict(re.findall(r'name="(code|state)" value="([^"]*)"', shown.text))
    return console.post(BACK, fields | changes, page=path)


def refused_for(answer: httpx.Response) -> str:
    return next((why for why, words in REFUSED.items() if words in answer.text), "")


def is_in(console: Console) -> bool:
    return console.get("/sessions").status_code == 200


def test_agent_comes_in_by_the_provider(console: Console) -> None:
    assert "Logga in med Almby ID" in console.get("/sign-in").text
    answer = come_back(console, go(console, "/sessions?a=b"))
    assert (answer.status_code, answer.headers["location"]) == (303, "/sessions?a=b")
    assert is_in(console)
    assert "inloggningstjänst" in console.get("/sessions").text


def test_coming_back_changes_nothing_before_the_button(console: Console, server: OpenIdServer) -> None:
    path = go(console)
    for _ in range(3):
        assert console.get(path).status_code == 200
    assert not is_in(console)
    assert [place for place, _ in server.asked].count("/token") == 0


def test_address_that_is_not_verified_ties_nothing(console: Console, server: OpenIdServer) -> None:
    for said in (False, None, "true", 1, "false"):
        server.claims = {"sub": "p-1", "email": "lisa@desk.example", "email_verified": said}
        answer = come_back(console, go(console))
        assert (answer.status_code, refused_for(answer)) == (403, "unverified"), said
    assert not is_in(console)


def test_stable_name_counts_and_no_address_from_then_on(console: Console, server: OpenIdServer) -> None:
    """Lisa's address at the provider changes; then her old address is given to somebody else there."""
    come_back(console, go(console))
    server.claims = {"sub": "p-1", "email": "omar@desk.example", "email_verified": False}
    console.client.cookies.clear()
    come_back(console, go(console))
    assert "lisa@desk.example" in console.get("/sessions").text
    console.client.cookies.clear()
    server.claims = {"sub": "p-2", "email": "lisa@desk.example", "email_verified": True}
    assert refused_for(come_back(console, go(console))) == "taken"
    assert not is_in(console)


def test_who_has_no_role_stays_outside(console: Console, server: OpenIdServer) -> None:
    server.claims = {"sub": "p-9", "email": "nobody@desk.example", "email_verified": True}
    assert refused_for(come_back(console, go(console))) == "stranger"


def test_who_was_removed_stays_outside_and_begins_anew_when_invited(console: Console) -> None:
    come_back(console, go(console))
    with console.desk.office() as office:
        remove_member(office, "lisa@desk.example", COMMAND_LINE)
    assert not is_in(console)
    assert refused_for(come_back(console, go(console))) == "stranger"
    with console.desk.office() as office:
        invite(office, Mailbox("lisa@desk.example"), "reader", COMMAND_LINE, console.url)
    assert come_back(console, go(console)).status_code == 303


def test_only_addresses_of_the_domains_in_settings_come_this_way(desk: WorkingDesk, server: OpenIdServer) -> None:
    with open_console(desk, identity=provider(server, domains=("kommun.example",))) as console:
        server.back = f"{desk.desk.policy.console_url}{BACK}"
        assert refused_for(come_back(console, go(console))) == "domain"


def test_address_may_stand_at_the_userinfo_endpoint(console: Console, server: OpenIdServer) -> None:
    server.in_userinfo = True
    assert come_back(console, go(console)).status_code == 303


def test_address_of_somebody_else_at_the_userinfo_endpoint_is_not_believed(
    console: Console, server: OpenIdServer
) -> None:
    server.in_userinfo = True
    server.spoil = {"sub": "p-2", "email_verified": True}
    assert refused_for(come_back(console, go(console))) == "unverified"


@pytest.mark.parametrize(
    "spoiled",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"aud": ["another-client"]},
        {"aud": None},
        {"aud": [CLIENT, "another"], "azp": "another"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1_000_000},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"sub": ""},
        {"sub": 7},
    ],
    ids=repr,
)
def test_token_that_says_something_else_is_not_believed(
    console: Console, server: OpenIdServer, spoiled: dict[str, object]
) -> None:
    server.spoil = spoiled
    answer = come_back(console, go(console))
    assert (answer.status_code, refused_for(answer), is_in(console)) == (502, "trouble", False)


STRANGER = RSAKey.generate_key(2048, {"kid": "k1", "use": "sig"}, auto_kid=False)


@pytest.mark.parametrize("how", ["another key", "none", "shared secret", "cut off", "nothing"])
@pytest.mark.filterwarnings("ignore:JWS algorithm")
def test_token_that_the_provider_did_not_sign_is_not_believed(console: Console, server: OpenIdServer, how: str) -> None:
    public = server.key.as_pem(private=False)

    def sign(claims: dict[str, object]) -> str:
        if how == "another key":
            return jwt.encode({"alg": "RS256", "kid": "k1"}, claims, STRANGER)
        if how == "none":
            return jwt.encode({"alg": "none"}, claims, OctKey.import_key("x" * 32), algorithms=["none"])
        if how == "shared secret":
            return jwt.encode({"alg": "HS256", "kid": "k1"}, claims, OctKey.import_key(public.decode().encode().hex()))
        good = jwt.encode({"alg": "RS256", "kid": "k1"}, claims, server.key)
        return good.rpartition(".")[0] + "." if how == "cut off" else ""

    server.sign = sign
    answer = come_back(console, go(console))
    assert (answer.status_code, refused_for(answer), is_in(console)) == (502, "trouble", False)


def test_provider_may_change_its_keys(console: Console, server: OpenIdServer) -> None:
    come_back(console, go(console))
    console.client.cookies.clear()
    server.key = RSAKey.generate_key(2048, {"kid": "k2", "use": "sig"}, auto_kid=False)
    server.sign = lambda claims: jwt.encode({"alg": "RS256", "kid": "k2"}, claims, server.key)
    assert come_back(console, go(console)).status_code == 303


def test_answer_counts_in_the_browser_that_asked_and_once(console: Console) -> None:
    path = go(console)
    with httpx.Client(base_url=console.url, timeout=20) as client:
        other = Console(console.desk, console.url, client)
        assert refused_for(come_back(other, path)) == "foreign"
        go(other)
        assert refused_for(come_back(other, path)) == "foreign"
        assert not is_in(other)
    assert refused_for(come_back(console, path, state="x" * 43)) == "foreign"
    assert refused_for(come_back(console, path)) == "foreign"
    path = go(console)
    assert come_back(console, path).status_code == 303
    console.client.cookies.clear()
    assert refused_for(come_back(console, path)) == "foreign"


def test_code_works_only_with_the_verifier_of_the_visit(server: OpenIdServer) -> None:
    from mailbot.console.room import IdentityTrouble, Proofs

    known, back = provider(server), "http://127.0.0.1:1/back"
    server.back = back
    proofs = proofs_of("s" * 43)
    code = httpx.get(known.begin(proofs, back)).headers["location"].partition("code=")[2].partition("&")[0]
    with pytest.raises(IdentityTrouble) as caught:
        known.finish(code, Proofs(proofs.state, proofs.nonce, "v" * 43), back)
    assert "invalid_grant" in str(caught.value)


def test_provider_that_is_away_or_lies_is_told_apart_from_a_refusal(desk: WorkingDesk, server: OpenIdServer) -> None:
    away = OpenIdProvider("http://127.0.0.1:9", CLIENT, SECRET, "Almby ID")
    liar = OpenIdProvider(f"{server.issuer}/", CLIENT, SECRET, "Almby ID")
    for identity in (away, liar):
        with open_console(desk, identity=identity) as console:
            answer = console.get("/sign-in/oidc")
        assert (answer.status_code, refused_for(answer)) == (502, "trouble")


def test_visitor_whom_the_provider_refused_is_told_so(console: Console) -> None:
    answer = console.get(f"{BACK}?error=access_denied&state=x")
    assert (answer.status_code, refused_for(answer)) == (502, "trouble")


def test_neither_secret_nor_token_of_the_provider_is_told(console: Console, server: OpenIdServer) -> None:
    server.spoil = {"nonce": "another"}
    shown = come_back(console, go(console)).text + repr(console.client.cookies) + repr(provider(server))
    assert [word for word in (SECRET, "canary-access-token-5c2e") if word in shown] == []


def test_without_a_provider_there_is_no_way_to_one(desk: WorkingDesk) -> None:
    with open_console(desk) as console:
        assert [console.get(path).status_code for path in ("/sign-in/oidc", f"{BACK}?code=x")] == [404, 404]
        assert "/sign-in/oidc" not in console.get("/sign-in").text


def test_start_says_what_is_missing(desk: WorkingDesk, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without the extra, nothing is started that would let nobody in later."""
    import sys

    from mailbot.app import Desk
    from mailbot.desk.errors import PermanentError
    from mailbot.doors import make_console_door
    from mailbot.settings import load_settings

    file = desk.folder / "settings.toml"
    oidc = (
        '[console]\nbase_url = "https://desk.example"\n[console.oidc]\nissuer = "https://id.example"\nclient_id = "m"\n'
    )
    file.write_text(file.read_text() + oidc)
    monkeypatch.setitem(sys.modules, "authlib", None)
    monkeypatch.setitem(sys.modules, "authlib.common.errors", None)
    monkeypatch.delitem(sys.modules, "mailbot.console.oidc", raising=False)
    monkeypatch.delattr("mailbot.console.oidc", raising=False)
    with pytest.raises(PermanentError) as caught:
        make_console_door(Desk(load_settings(file, {})), lambda: None, lambda: None)
    assert str(caught.value).startswith("[console.oidc] takes pip install 'mailbot[oidc]'")


@pytest.mark.parametrize(
    ("written", "problem"),
    [
        ('issuer = "http://id.example"\nclient_id = "m"', "console.oidc.issuer"),
        ('issuer = "https://id.example"', "console.oidc.client_id"),
    ],
)
def test_settings_that_could_not_be_trusted_are_refused(desk: WorkingDesk, written: str, problem: str) -> None:
    from mailbot.settings import SettingsError, load_settings

    file = desk.folder / "settings.toml"
    file.write_text(file.read_text() + f'[console]\nbase_url = "https://d.example"\n[console.oidc]\n{written}\n')
    with pytest.raises(SettingsError) as caught:
        load_settings(file, {})
    assert [p.key for p in caught.value.problems] == [problem]


def test_clock_of_the_provider_may_be_a_little_off(console: Console, server: OpenIdServer) -> None:
    server.spoil = {"iat": int(time.time()) + 30, "exp": int(time.time()) - 30}
    assert come_back(console, go(console)).status_code == 303
