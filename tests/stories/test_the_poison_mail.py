"""One mail in a hundred that the desk cannot stand: the others go on, it is set aside, and comes back when mended.

Row 19 of what the desk is for: every document is kept, also the one that cannot be read.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.support.desk import WITHOUT_LIMITS
from tests.support.running import RunningMailbot, wait_until
from tests.support.scripted_smtp import ScriptedSmtp

# The database itself refuses what this one mail would write: no part of the program is replaced.
TROUBLE = (
    "CREATE TRIGGER poison BEFORE INSERT ON tickets WHEN NEW.subject = 'Mail 37' "
    "BEGIN SELECT RAISE(ABORT, 'cannot stand this one'); END"
)
MENDED = "DROP TRIGGER poison"


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_the_poison_mail_among_a_hundred_is_set_aside_and_read_after_the_cause_is_mended(
    tmp_path: Path, store_url: str, sink: ScriptedSmtp
) -> None:
    # A hundred strangers within an hour would else have half of their receipts withheld.
    with RunningMailbot(tmp_path, store_url, sink, WITHOUT_LIMITS) as mailbot:
        _live_through_it(mailbot, store_url)


def _live_through_it(mailbot: RunningMailbot, store_url: str) -> None:
    engine = create_engine(store_url)
    with engine.begin() as connection:
        connection.execute(text(TROUBLE))
    for n in range(100):
        mailbot.send(f"Mail {n}", "Hej", sender=f"Anna <anna@kommun{n}.example>")
    wait_until(lambda: mailbot.json("audit")["inbox"] == {"ticket": 99, "quarantined": 1}, mailbot.log)
    (poison,) = mailbot.json("mail", "list", "--state", "quarantined")
    assert (poison["subject"], poison["attempts"], poison["ticket"]) == ("Mail 37", 3, None)
    assert mailbot.letters("anna@kommun37.example") == []

    with engine.begin() as connection:
        connection.execute(text(MENDED))
    engine.dispose()
    assert mailbot.json("mail", "replay", str(poison["id"])) == {"replayed": [poison["id"]]}
    assert mailbot.letter_to("anna@kommun37.example", 1)["Subject"].startswith("[SD-1")
    audit = mailbot.json("audit")
    assert (audit["inbox"], audit["tickets"], audit["findings"]) == ({"ticket": 100}, {"new": 100}, [])
