"""What an agent may write on the first lines of a mail: ``#resolve New driver installed``.

One file a command, found by scanning this folder. The words people type, in every language, stand in
``languages/*.toml`` and lead to these names.
"""

from __future__ import annotations

import importlib
import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.ticket import Ticket
from mailbot.workflows.cause import Cause
from mailbot.workflows.office import Office

Run = Callable[[Office, Ticket, Mailbox, str, Cause], None]


@dataclass(frozen=True, slots=True)
class EmailCommand:
    """``usage`` shows the form; ``run`` gets the words behind the command, with the lines that follow it."""

    name: str
    usage: str
    run: Run


@cache
def email_commands() -> Mapping[str, EmailCommand]:
    """Every command of this folder, by name."""
    found = [importlib.import_module(f"{__name__}.{m.name}").COMMAND for m in pkgutil.iter_modules(__path__)]
    return {command.name: command for command in sorted(found, key=lambda c: c.name)}
