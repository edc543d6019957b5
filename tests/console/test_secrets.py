"""What lets people in is written nowhere: not in the store, the log, a page, or what agents see of the outbox (S52)."""

from __future__ import annotations

import re
import shutil
import sqlite3
from pathlib import Path

import pytest
import structlog
from click.testing import CliRunner

from mailbot.cli import main
from mailbot.console.sessions import SESSION_COOKIE
from mailbot.desk.correspondence import Mailbox
from mailbot.workflows.sign_in import invite
from tests.support.console import open_console
from tests.support.desk import WorkingDesk
from tests.support.sign_in import mailed_links

LISA, BOSS = "lisa@desk.example", "boss@desk.example"


@pytest.fixture
def small_desk(sqlite_template: Path, tmp_path: Path) -> WorkingDesk:
    shutil.copyfile(sqlite_template, tmp_path / "mailbot.db")
    return WorkingDesk(tmp_path, f"sqlite:///{tmp_path}/mailbot.db")


@pytest.fixture
def log() -> list[dict[str, object]]:
    """Everything that is logged, with its values."""
    with structlog.testing.capture_logs() as entries:
        yield entries  # type: ignore[misc]


def test_tokens_stand_in_the_mail_and_nowhere_else(desk: WorkingDesk, log: list[dict[str, object]]) -> None:
    with open_console(desk) as console, desk.office() as office:
        invitation = invite(office, Mailbox(BOSS), "admin", Mailbox("", "command line"), console.url)
    with open_console(desk) as console:
        console.post("/sign-in", {"address": LISA})
        (link,) = mailed_links(desk, LISA)
        console.post("/sign-in", {"address": LISA})
        used = console.post(link, {})
        unused = next(found for found in mailed_links(desk, LISA) if found != link)
        session = used.cookies[SESSION_COOKIE]
        console.sign_in(BOSS)
        pages = [console.get(path) for path in ("/people", "/sessions", "/outbox", "/mail", "/nowhere", "/wording")]
        pages += [console.get(f"/outbox/{number}{end}") for number in (1, 2, 3) for end in ("", "/frame")]
        pages += [console.get(path) for path in (f"{link}/x", f"/nowhere/{unused}")]
    secrets = [link.rpartition("/")[2], unused.rpartition("/")[2], invitation.rpartition("/")[2], session]
    assert [len(secret) for secret in secrets] == [43] * 4
    places = {
        "store": store_of(desk),
        "log": repr(log),
        "pages": "".join(page.text for page in pages[:-2]) + repr([page.headers for page in pages]),
        "outbox": cli(desk, "outbox", "list") + "".join(cli(desk, "outbox", "show", str(n)) for n in (1, 2, 3)),
        "raw": "".join(cli(desk, "outbox", "raw", str(n)) for n in (1, 2, 3)),
        "admin": cli(desk, "admin", "list", "--json") + cli(desk, "admin", "sessions", "--json"),
        "check": cli(desk, "check", "--json", fails=None),
    }
    found = [(where, i) for where, text in places.items() for i, secret in enumerate(secrets) if secret in text]
    assert found == []
    assert "not-kept-in-the-store" in places["store"]
    assert sum(secret in delivered(desk) for secret in secrets) == 3


def test_page_that_fails_tells_no_token(
    small_desk: WorkingDesk, log: list[dict[str, object]], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_console(small_desk) as console:
        console.post("/sign-in", {"address": LISA})
        (link,) = mailed_links(small_desk, LISA)
        monkeypatch.setattr("mailbot.store.sign_ins.SignIns.find_link", lambda *_: 1 / 0)
        answer = console.get(link)
    token = link.rpartition("/")[2]
    assert (answer.status_code, "ZeroDivisionError" in answer.text, token in repr(log)) == (500, False, False)
    assert [entry["page"] for entry in log if entry["event"] == "page failed"] == ["/sign-in/{token}"]
    assert token not in re.sub(r'name="back" value="[^"]*"', "", answer.text)


def test_mail_that_leaves_twice_has_the_same_bytes(small_desk: WorkingDesk) -> None:
    """As after a lease that was lost: handed over once more."""
    with open_console(small_desk) as console:
        console.post("/sign-in", {"address": LISA})
    small_desk.deliver()
    (file,) = (small_desk.folder / "out").glob("*.eml")
    before = file.read_bytes()
    file.unlink()
    with sqlite3.connect(small_desk.folder / "mailbot.db") as connection:
        connection.execute("UPDATE outbox SET status = 'queued', settled_at = NULL")
    small_desk.deliver()
    assert file.read_bytes() == before


def test_settings_are_shown_without_the_secret_of_the_provider(small_desk: WorkingDesk) -> None:
    file = small_desk.folder / "settings.toml"
    file.write_text(
        file.read_text()
        + '[console]\nbase_url = "https://desk.example"\n[console.oidc]\nissuer = "https://id.example"\n'
        + 'client_id = "mailbot"\nclient_secret = "canary-51f0c2"\n'
    )
    shown = cli(small_desk, "check", fails=None)
    assert ("canary-51f0c2" in shown, 'client_id = "mailbot"' in shown) == (False, True)


def cli(desk: WorkingDesk, *arguments: str, fails: int | None = 0) -> str:
    done = CliRunner().invoke(main, ["--settings", str(desk.folder / "settings.toml"), *arguments])
    assert fails is None or done.exit_code == fails, done.output
    return done.output


def delivered(desk: WorkingDesk) -> str:
    """All that the courier wrote, soft line ends taken out."""
    return "".join(re.sub(r"=\r\n", "", file.read_text("utf-8")) for file in (desk.folder / "out").glob("*.eml"))


def store_of(desk: WorkingDesk) -> str:
    """Every byte of the database: of SQLite also what is deleted and in its log; of PostgreSQL every row."""
    if desk.url.startswith("sqlite"):
        files = [Path(f"{desk.folder}/mailbot.db{end}") for end in ("", "-wal", "-shm")]
        octets = b"".join(file.read_bytes() for file in files if file.exists())
        with sqlite3.connect(files[0]) as connection:
            return octets.decode("latin-1") + "\n".join(connection.iterdump())
    from sqlalchemy import MetaData, create_engine

    engine, tables = create_engine(desk.url), MetaData()
    tables.reflect(engine)
    with engine.connect() as connection:
        rows = [tuple(row) for table in tables.sorted_tables for row in connection.execute(table.select())]
    engine.dispose()
    return repr(rows)
