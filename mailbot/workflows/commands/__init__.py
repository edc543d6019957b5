"""What an agent may write on the first lines of a mail: ``#resolve New driver installed``.

One file a command, found by scanning this folder: a ``COMMAND`` with name, usage and ``run``. The words people type,
in every language, stand in ``languages/*.toml`` and lead to these names; what a command did is told in the words of
``[did]`` in ``templates/*/words.toml``, and why one was not obeyed in those of ``[why_not]``.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.ticket import Ticket
from mailbot.desk.trust import Action
from mailbot.workflows.cause import Cause
from mailbot.workflows.office import Office


@dataclass(frozen=True, slots=True)
class Done:
    """What a command did: a key of ``[did]``, and the values that its sentence speaks of.

    A value is shown as it is; one whose name is ``at`` or ends in ``_at`` is a moment and one named ``day`` a day, both
    in ISO 8601; ``priority`` and ``state`` are values of those enumerations. ``remark`` is a key of ``[remark]``, for
    something worth knowing besides, which speaks of the same values.
    """

    did: str
    values: Mapping[str, str] = field(default_factory=dict)
    remark: str = ""


Run = Callable[[Office, Ticket, Mailbox, str, Cause], Done]


@dataclass(frozen=True, slots=True)
class EmailCommand:
    """``usage`` shows the form in English; ``run`` gets the words behind the command, with the lines that follow it.

    ``action`` is what matrix E asks evidence for: ``AGENT_CLOSE`` where the command ends a ticket, so that the mail
    must answer a notice that nobody has used up. ``changes`` False: it only tells, and the answer is always mailed.
    """

    name: str
    usage: str
    run: Run
    action: Action = Action.AGENT_COMMAND
    changes: bool = True
    shown: bool = True
    """Whether ``#help`` tells of it."""


@cache
def email_commands() -> Mapping[str, EmailCommand]:
    """Every command of this folder, by name."""
    found = [importlib.import_module(f"{__name__}.{m.name}").COMMAND for m in pkgutil.iter_modules(__path__)]
    return {command.name: command for command in sorted(found, key=lambda c: c.name)}
