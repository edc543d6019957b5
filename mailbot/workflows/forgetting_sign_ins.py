"""What was tried at the console's door is forgotten: attempts after a day, links and sessions after a month."""

from __future__ import annotations

from datetime import timedelta

from mailbot.desk.schedule import Every
from mailbot.workflows.office import OpenOffice

SCHEDULE = Every(minutes=60)
ATTEMPTS_KEPT = timedelta(days=1)
KEPT = timedelta(days=30)
"""Long enough to say of an old link why it works no longer, and to see who came in."""


def run(open_office: OpenOffice) -> None:
    """Delete what is older."""
    with open_office() as office:
        office.work.sign_ins.forget(office.now - ATTEMPTS_KEPT, office.now - KEPT)
        office.work.access.forget_sessions(office.now - KEPT)
