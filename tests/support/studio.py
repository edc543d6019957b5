"""A desk with an admin, its console open, and the admin signed in: where the template studio is tested."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.render import packaged_wording
from mailbot.wording_room import WordingRoom
from tests.support.console import Console, open_console
from tests.support.desk import WorkingDesk

ADMIN = """
[[agents]]
address = "ada@desk.example"
name = "Ada Ros"
role = "admin"
groups = ["desk"]
"""
ADA = "ada@desk.example"
PLACE = "/wording/receipt/sv"
PACKAGED = packaged_wording().find_source(NoticeKind.RECEIPT, "sv").text
CHANGED = PACKAGED.replace("Vi har tagit emot ditt ärende", "Tack, vi har ditt ärende")


@contextmanager
def open_studio(folder: Path, template: Path, trying: WordingRoom) -> Iterator[Console]:
    """``template`` is an empty SQLite database, ``trying`` the room where wordings are tried."""
    shutil.copyfile(template, folder / "mailbot.db")
    with open_console(WorkingDesk(folder, f"sqlite:///{folder / 'mailbot.db'}", ADMIN), trying=trying) as console:
        console.sign_in(ADA)
        yield console
