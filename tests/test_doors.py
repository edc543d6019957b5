"""Settings become doors: what an operator limits holds at each of them."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from mailbot.doors import lmtp_door_settings, make_imap_accounts, smtp_door_settings
from mailbot.settings import load_settings

TEXT = """
[store]
url = "sqlite:///{folder}/mailbot.db"
[smtp]
host = "127.0.0.1"
port = 2525
server_name = "mx.desk.example"
size_limit_mb = 3
connections = 7
recipients_per_mail = 5
errors_per_connection = 4
command_seconds = 30
mail_seconds = 60
shares_port = true
[lmtp]
on = true
port = 2424
"""


def test_lmtp_has_the_limits_of_smtp_and_a_place_of_its_own(tmp_path: Path) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(TEXT.format(folder=tmp_path))
    settings = load_settings(file, {})
    smtp, lmtp = smtp_door_settings(settings), lmtp_door_settings(settings)
    assert (smtp.size_limit, smtp.connections, smtp.recipients, smtp.errors) == (3 * 1024 * 1024, 7, 5, 4)
    assert (smtp.command_timeout, smtp.data_timeout, smtp.watched_folder) == (30, 60, str(tmp_path))
    assert (lmtp.protocol, lmtp.port) == ("lmtp", 2424)
    assert lmtp == replace(smtp, protocol="lmtp", port=2424, shares_port=False)


@pytest.mark.parametrize(("mark", "flag"), [("", "\\Seen"), ('mark = "keyword"', "$MailbotKept")])
def test_collected_mail_is_marked_as_the_manual_says(tmp_path: Path, mark: str, flag: str) -> None:
    file = tmp_path / "settings.toml"
    file.write_text(f'[[imap]]\nname = "a"\nhost = "imap.example"\nusername = "u"\npassword = "p"\n{mark}\n')
    (account,) = make_imap_accounts(load_settings(file, {}))
    assert account.mark == flag
