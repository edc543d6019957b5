"""Settings: where they come from, what they refuse and how they say it, and that secrets stay secret."""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mailbot.settings import (
    AgentSettings,
    OAuth,
    Settings,
    SettingsError,
    effective,
    find_settings_file,
    load_or_create_keys,
    load_or_create_secret,
    load_settings,
    replace_secret,
)

CANARY = "canary-7f3a"


@pytest.fixture(autouse=True)
def _empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)


def written(text: str) -> Path:
    path = Path("desk.toml")
    path.write_text(text, "utf-8")
    return path


def problems(text: str, environment: dict[str, str] | None = None) -> list[str]:
    with pytest.raises(SettingsError) as caught:
        load_settings(written(text), environment or {})
    return [str(problem) for problem in caught.value.problems]


# -- where they come from


def test_load_nothing_at_all_is_the_defaults() -> None:
    assert load_settings(None, {}) == Settings()


def test_load_file_changes_what_it_names() -> None:
    settings = load_settings(
        written('[desk]\nname = "IT"\n[[agents]]\naddress = "kim@x.example"\ngroups = ["desk"]'), {}
    )
    assert settings == Settings(
        desk=Settings().desk.__class__(name="IT"), agents=(AgentSettings(address="kim@x.example", groups=("desk",)),)
    )


def test_find_prefers_the_variable_to_the_working_directory() -> None:
    assert find_settings_file({}) is None
    Path("settings.toml").write_text("")
    assert find_settings_file({}) == Path("settings.toml")
    assert find_settings_file({"MAILBOT_SETTINGS": "/etc/mailbot.toml"}) == Path("/etc/mailbot.toml")


def test_load_environment_wins_over_the_file() -> None:
    environment = {
        "MAILBOT_SMTP__PORT": "0",
        "MAILBOT_SMTP__ON": "false",
        "MAILBOT_DESK__PHONE": "0123",
        "MAILBOT_DESK__ADDRESSES": '["a@b.example", "c@b.example"]',
        "MAILBOT_CALENDARS": '[{name = "desk", closed_days = [2026-12-24]}]',
        "MAILBOT_DELIVERY__OAUTH__SCOPE": "mail",
        "MAILBOT_GROUPS": '[{name = "desk"}, {name = "net"}]',
        "MAILBOT_IMAP__1__PASSWORD": "second",
    }
    accounts = "".join(f'[[imap]]\nname = "{n}"\nhost = "h"\nusername = "u"\npassword = "first"\n' for n in "ab")
    settings = load_settings(written("[smtp]\nport = 25\n" + accounts), environment)
    assert (settings.smtp.port, settings.smtp.on, settings.desk.phone) == (0, False, "0123")
    assert settings.desk.addresses == ("a@b.example", "c@b.example")
    assert [c.closed_days for c in settings.calendars] == [(date(2026, 12, 24),)]
    assert settings.delivery.oauth == OAuth(scope="mail")
    assert [group.name for group in settings.groups] == ["desk", "net"]
    assert [account.password for account in settings.imap] == ["first", "second"]


def test_load_variables_of_an_orchestrator_are_not_ours() -> None:
    environment = {"MAILBOT_PORT": "tcp://10.0.0.1:25", "MAILBOT_SERVICE_HOST": "10.0.0.1", "MAILBOT_SETTINGS": ""}
    assert load_settings(None, environment) == Settings()


def test_load_secret_from_a_file_without_its_line_end() -> None:
    Path("password").write_text("p\n")
    Path("url").write_text("postgresql://u:p@h/d\n")
    text = '[store]\nurl_file = "url"\n[delivery]\nusername = "u"\npassword_file = "password"\n'
    settings = load_settings(written(text), {})
    assert (settings.delivery.password, settings.store.url) == ("p", "postgresql://u:p@h/d")


def test_message_id_domain_is_that_of_the_first_address() -> None:
    settings = load_settings(None, {"MAILBOT_DESK__ADDRESSES": '["it@Desk.Example"]'})
    assert settings.desk.message_id_domain == "desk.example"
    assert load_settings(None, {"MAILBOT_DESK__DOMAIN": "Mail.example"}).desk.message_id_domain == "mail.example"


# -- what they refuse


def test_load_every_problem_is_told_at_once() -> None:
    text = """
[desk]
nam = "x"
addresses = ["ok@x.example", "not an address"]
ticket_prefix = "sd"

[smtp]
port = 70000
on = "yes"

[[imap]]
name = "one"
host = "imap.example"
username = "u"
after = "burn"

[[imap]]
host = "imap.example"
[imap.oauth]
provider = "yahoo"

[delivry]
mode = "smtp"
"""
    environment = {"MAILBOT_LMTP__PORT": "many", "MAILBOT_LMPT__ON": "true", "MAILBOT_IMAP__7__PASSWORD": CANARY}
    assert problems(text, environment) == [
        "environment MAILBOT_IMAP__7__PASSWORD: imap[7].password: there is no such element; "
        "elements are counted from 0",
        "desk.toml:22: delivry: there is no such key; did you mean delivery?",
        "environment MAILBOT_LMPT__ON: lmpt: there is no such key; did you mean lmtp?",
        "desk.toml:3: desk.nam: there is no such key; did you mean name?",
        'desk.toml:4: desk.addresses[1]: found "not an address" (text); '
        "allowed is an e-mail address, such as support@desk.example",
        'desk.toml:5: desk.ticket_prefix: found "sd" (text); allowed is 1 to 10 of A-Z and 0-9, a letter first',
        'desk.toml:9: smtp.on: found "yes" (text); allowed is true or false',
        "desk.toml:8: smtp.port: found 70000 (a whole number); allowed is a whole number from 0 to 65535",
        'environment MAILBOT_LMTP__PORT: lmtp.port: found "many" (text); allowed is a whole number from 0 to 65535',
        'desk.toml:15: imap[0].after: found "burn" (text); allowed is one of "keep", "mark", "move", "delete"',
        'desk.toml:20: imap[1].oauth.provider: found "yahoo" (text); '
        'allowed is one of "none", "microsoft", "google", "custom"',
        "desk.toml:17: imap[1].name: this key is required",
        "desk.toml:17: imap[1].username: this key is required",
    ]


WRONG = [
    ("desk]\naddresses = []", 2, "desk.addresses: found a list; allowed is a list, each element an e-mail address, "
     "such as support@desk.example, 1 or more of them"),
    ("desk]\nname = \"a\\nBcc: x\"", 2, 'desk.name: found "a\\nBcc: x" (text); allowed is text on one line'),
    ('desk]\naddresses = ["a@b.example\\n"]', 2, 'desk.addresses[0]: found "a@b.example\\n" (text); '
     "allowed is an e-mail address, such as support@desk.example"),
    ("[calendars]]\nname = 'a'\nclosed_days = ['x']", 3, 'calendars[0].closed_days[0]: found "x" (text); '
     "allowed is a date, such as 2026-12-24"),
    ("smtp]\nport = true", 2, "smtp.port: found true (true or false); allowed is a whole number from 0 to 65535"),
    ("log]\nlevel = 1.5", 2, 'log.level: found 1.5 (a number); allowed is one of "debug", "info", "warning", "error"'),
    ('store]\nurl_file = "nowhere"', 2, "store.url_file: found nowhere; "
     "the file cannot be read: No such file or directory"),
    ("log]\n[imap]\n", 2, "imap: found a table; allowed is a list, each element a table"),
    ("[desk]]\n", 1, "desk: found a list; a table of keys is wanted here"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "told"), WRONG)
def test_load_wrong_kind_is_told_with_what_is_allowed(text: str, line: int, told: str) -> None:
    assert problems(f"[{text}") == [f"desk.toml:{line}: {told}"]


CONTRADICTIONS = [
    ('desk]\nlanguages = ["en"]', 1, 'desk.default_language: found "sv"; one of desk.languages: en'),
    ('desk]\nsecret = "short"', 2, "desk.secret: at least 32 characters"),
    ('delivery]\nmode = "smtp"', 1, 'delivery.host: mode "smtp" needs the name of the next mail server'),
    ('delivery]\nhost = "mx.example"\ntls = "none"\nusername = "u"\npassword = "p"', 3,
     'delivery.tls: found "none"; "tls" or "starttls" where a password or token is sent to another machine'),
    ('delivery.oauth]\nprovider = "google"\nclient_id = "i"\nrefresh_token = "s"\n[delivery]', 5,
     "delivery.username: oauth needs the user whose mailbox sends"),
    ('smtp]\ntls_key_file = "k"', 1,
     "smtp.tls_certificate_file: set tls_certificate_file and tls_key_file together, or neither"),
    ('[imap]]\nname = "a"\nhost = "h"\nusername = "u"', 1, "imap[0].password: set password, password_file or oauth"),
    ('[agents]]\naddress = "k@x.example"\ngroups = ["net"]', 3,
     'agents[0].groups: found "net"; one of the groups: desk'),
    ('[agents]]\naddress = "Desk@localhost"', 2, 'agents[0].address: found "Desk@localhost"; '
     "an address of its own, not used by another agent or the desk"),
    ('[alerts.sources]]\nname = "a"\nsender = "a@x.example"\npattern = "("', 4,
     "alerts.sources[0].pattern: a regular expression: missing ), unterminated subpattern at position 0"),
    ('[change_boards]]\nname = "cab"\napprovers = []', 3,
     "change_boards[0].approvers: found a list; allowed is a list, each element an e-mail address, such as "
     "support@desk.example, at least one e-mail address"),
    ('[change_boards]]\nname = "cab"\napprovers = ["a@x.example"]\nneeded = 2', 4,
     "change_boards[0].needed: found 2; at most 1, or 0 for all of them"),
    ('[change_boards]]\nname = "cab"\napprovers = ["Desk@localhost"]', 3,
     'change_boards[0].approvers: found "Desk@localhost"; addresses of people, not one of desk.addresses'),
    ('[change_boards]]\nname = "cab"\napprovers = ["a@x.example"]\nservices = ["mail"]', 4,
     'change_boards[0].services: found "mail"; one of the services: there is none'),
    ('[change_freezes]]\nname = "Jul"\nbegins = 2026-12-24T00:00:00\nends = 2026-12-23T00:00:00', 4,
     "change_freezes[0].ends: found 2026-12-23 00:00:00; a moment after begins (2026-12-24 00:00:00)"),
    ('[change_freezes]]\nname = "Jul"\nbegins = "soon"\nends = 2026-12-23T00:00:00', 3,
     'change_freezes[0].begins: found "soon" (text); allowed is a moment, such as 2026-12-21T08:00:00'),
    ('[first_aid]]\nname = "a"\ntext = { sv = "x" }\n[[first_aid]]\nname = "A"\ntext = { sv = "y" }', 5,
     'first_aid[1].name: found "A"; a name and titles that no other answer has (a)'),
    ('[first_aid]]\nname = "a"\ntext = { sv = "x" }\n[[first_aid]]\nname = "b"\ntitle = "Å"\ntext = { sv = "y" }', 5,
     'first_aid[1].name: found "b"; a name and titles that no other answer has (a)'),
    ('[first_aid]]\nname = "byta lösenord"\ntext = { sv = "x" }', 2,
     'first_aid[0].name: found "byta lösenord" (text); allowed is one word of letters, digits, - and _'),
    ('[first_aid]]\nname = "a"', 1, "first_aid[0].text: this key is required"),
    ('[first_aid]]\nname = "a"\ntext = { en = "x" }', 3,
     "first_aid[0].text: a text in sv, the language of the desk, and in others as needed"),
    ('[first_aid]]\nname = "a"\ntext = { sv = " " }', 3,
     'first_aid[0].text: found "sv" with an empty text; words for the requester'),
    ('[first_aid]]\nname = "a"\ntext = { sv = "x", fi = "y" }', 3,
     'first_aid[0].text: found "fi"; one of desk.languages: sv, en'),
    ('[first_aid]]\nname = "a"\ntext = { sv = "x" }\nservices = ["mail"]', 4,
     'first_aid[0].services: found "mail"; one of the services: there is none'),
]  # fmt: skip


@pytest.mark.parametrize(("text", "line", "told"), CONTRADICTIONS)
def test_load_contradiction_is_told(text: str, line: int, told: str) -> None:
    assert problems(f"[{text}") == [f"desk.toml:{line}: {told}"]


def test_load_broken_toml_names_the_line() -> None:
    assert problems("[desk]\nname = \n") == ["desk.toml:2: this is not TOML: Invalid value (at line 2, column 8)"]


def test_load_file_that_is_not_there() -> None:
    with pytest.raises(SettingsError, match=r"^nowhere\.toml: the file cannot be read: No such file"):
        load_settings(Path("nowhere.toml"), {})


PART = st.sampled_from(
    ["DESK", "IMAP", "DELIVERY", "OAUTH", "NAME", "PASSWORD", "PASSWORD_FILE", "GROUPS", "0", "7", "X"]
)
VALUE = st.sampled_from(
    ["5", '"x"', "[]", "{}", "true", "[{}]", "[1]", "{a = 1}", "2026-01-01", "12:00:00", "nan", "", "\0"]
)
VARIABLES = st.dictionaries(st.lists(PART, min_size=1, max_size=4).map(lambda p: "MAILBOT_" + "__".join(p)), VALUE)


@settings(max_examples=300, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(VARIABLES, st.sampled_from(["", "[desk]", "[[imap]]", "imap = 5", "[delivery.oauth]", "groups = {}"]))
def test_load_whatever_is_set_is_read_or_refused(variables: dict[str, str], text: str) -> None:
    with contextlib.suppress(SettingsError):
        assert load_settings(written(text), variables).desk.addresses == ("desk@localhost",)


# -- secrets

SECRETS = f"""
[desk]
secret = "{CANARY}-{"x" * 32}"
[store]
url = "postgresql+psycopg://desk:{CANARY}@p@db.example/desk?password={CANARY}"
[[imap]]
name = "one"
host = "imap.example"
username = "u"
password = "pw://{CANARY}@x"
[imap.oauth]
client_secret = "{CANARY}"
[delivery]
username = "u"
password_file = "password"
[delivery.oauth]
refresh_token = "{CANARY}"
"""


def test_secrets_are_in_no_output() -> None:
    Path("password").write_text(CANARY)
    settings = load_settings(written(SECRETS), {"MAILBOT_IMAP__0__OAUTH__REFRESH_TOKEN": CANARY})
    assert CANARY not in effective(settings) + repr(settings)
    assert 'url = "postgresql+psycopg://desk:***@db.example/desk"' in effective(settings).splitlines()


def test_secrets_are_in_no_error() -> None:
    text = (
        SECRETS.replace("password =", "pasword =").replace(f'"{CANARY}"', f'["{CANARY}"]').replace("desk]", "dsk]", 1)
    )
    told = "\n".join(problems(text, {"MAILBOT_IMAP__9__PASSWORD": CANARY, "MAILBOT_DELIVERY__PASWORD": CANARY}))
    assert told.count("there is no such key") == 3
    assert CANARY not in told


def test_effective_reads_back_as_the_same_settings() -> None:
    text = r"""
[desk]
name = 'R "&" D \ å'
[[calendars]]
name = "desk"
closed_days = [2026-12-24]
[[customers]]
name = "almby"
response_hours = { critical = 0.5 }
[[groups]]
name = "desk"
[[groups]]
name = "net"
[[alerts.sources]]
name = "a"
sender = "a@x.example"
pattern = '(?P<state>\S+)'
states = {"UP!" = "recovery"}
"""
    settings = load_settings(written(text), {})
    assert load_settings(written(effective(settings)), {}) == settings


def test_key_file_is_made_once_and_for_its_owner_alone() -> None:
    path = Path("var/secret.key")
    secret = load_or_create_secret(path)
    assert (len(secret), load_or_create_secret(path)) == (32, secret)
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert os.listdir("var") == ["secret.key"]


def test_key_file_made_by_many_at_once_is_one() -> None:
    got: list[bytes] = []
    start = threading.Barrier(8)

    def make() -> None:
        start.wait()
        got.append(load_or_create_secret(Path("secret.key")))

    threads = [threading.Thread(target=make) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(got), len(set(got))) == (8, 1)


def test_key_file_with_two_keys_signs_with_the_first() -> None:
    Path("k").write_text(f"b {'22' * 32}\na {'11' * 32}\n")
    assert load_or_create_keys(Path("k")) == (("b", b"\x22" * 32), ("a", b"\x11" * 32))
    assert load_or_create_secret(Path("k")) == b"\x22" * 32


@pytest.mark.parametrize("content", ["", "a 1122", f"a {'11' * 32}\na {'22' * 32}", f"ab{'11' * 32}", "a zz", "å"])
def test_key_file_that_is_none_is_refused_without_its_content(content: str) -> None:
    Path("k").write_text(content)
    with pytest.raises(SettingsError) as caught:
        load_or_create_secret(Path("k"))
    assert (
        str(caught.value)
        == "k: desk.secret_file: each line must be one of a-z and 0-9, a space, 64 digits of 0-9 and a-f"
    )


def test_replace_secret_is_whole_and_for_its_owner_alone(tmp_path: Path) -> None:
    file = tmp_path / "refresh.token"
    file.write_text("old")
    replace_secret(file, "new-and-longer")
    assert (file.read_text(), file.stat().st_mode & 0o777) == ("new-and-longer", 0o600)
    assert [p.name for p in tmp_path.iterdir()] == ["refresh.token"]


def test_an_unknown_zone_is_refused() -> None:
    with pytest.raises(SettingsError, match=r"Europe/Stockholm"):
        load_settings(None, {"MAILBOT_DESK__TIMEZONE": "Europe/Stokholm"})
