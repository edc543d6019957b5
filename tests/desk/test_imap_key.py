"""The source key of a mail from an IMAP folder says the same both ways."""

from __future__ import annotations

import pytest

from mailbot.desk.imap_key import ImapKey, read_imap_key


@pytest.mark.parametrize("folder", ["INBOX", "Support/In/2026", "Ärenden"])
def test_a_key_is_read_as_it_was_written(folder: str) -> None:
    key = ImapKey("helpdesk", folder, 1_700_000_000, 42)
    assert read_imap_key(str(key)) == key


@pytest.mark.parametrize("source_key", ["", "smtp:17", "file:a/b/1/2"])
def test_other_sources_are_no_imap_key(source_key: str) -> None:
    assert read_imap_key(source_key) is None
