"""What the commands for wordings are told: a notice, a language, a revision; and where they work on them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import click

from mailbot.cli.opening import find_actor
from mailbot.desk.errors import NotAllowed, PermanentError
from mailbot.desk.vocabulary import NoticeKind

if TYPE_CHECKING:
    from mailbot.app import Desk
    from mailbot.workflows.wording import WordingDesk


class Notice(click.ParamType):
    """A notice by its name; a mistyped one is told the nearest."""

    name = "notice"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> NoticeKind:
        names = [kind.value for kind in NoticeKind]
        if value in names:
            return NoticeKind(value)
        from difflib import get_close_matches

        near = get_close_matches(str(value), names, 1)
        hint = f"Did you mean `{near[0]}`?" if near else f"There are: {', '.join(names)}."
        self.fail(f"There is no notice `{value}`. {hint}", param, ctx)


notice_argument = click.argument("notice", type=Notice(), metavar="NOTICE")
lang_option = click.option("--lang", metavar="TAG", help="The language. [default: the desk's own]")
why_option = click.option("--why", default="", metavar="TEXT", help="Why, for the history.")


def language_of(desk: Desk, lang: str | None) -> str:
    """The language asked for, else the desk's own.

    Raises:
        PermanentError: it has no words of its own.
    """
    from mailbot.workflows.wording import languages

    if lang is None or lang in languages():
        return lang or desk.policy.default_language
    raise PermanentError(f"there are no words in {lang!r}; there are {', '.join(languages())}")


def read_revision(written: str | None) -> int | None:
    """``3``, or ``packaged`` (0); None for the newest.

    Raises:
        PermanentError: it is neither.
    """
    if written is None or written == "newest":
        return None
    if written == "packaged":
        return 0
    if written.isascii() and written.isdecimal() and len(written) < 10:
        return int(written)
    raise PermanentError(f"{written!r} is not a revision: write its number, or `packaged`")


def find_admin(desk: Desk, agent: str | None) -> str:
    """The address of whoever changes the wording.

    Raises:
        NotAllowed: an agent who is no admin, at a desk that has admins.
    """
    actor = find_actor(desk.policy, agent)
    known = desk.policy.find_agent(actor.address)
    admins = [a.mailbox.address for a in desk.policy.agents if a.admin]
    if known and admins and not known.admin:
        raise NotAllowed("change the wording", f"admins do; they are {', '.join(admins)} (--as)")
    return actor.address


@contextmanager
def open_wording(desk: Desk) -> Iterator[WordingDesk]:
    """Where wordings are tried and kept; its child process ends with the block."""
    from mailbot.wording_room import WordingRoom
    from mailbot.workflows.wording import WordingDesk

    with WordingRoom() as room:
        yield WordingDesk(desk.open_office, room)
