"""Outgoing mail as files, for a desk that is being tried out: no mail leaves the machine."""

from __future__ import annotations

import hashlib
import os
import tempfile
from collections.abc import Mapping
from datetime import UTC
from email.parser import BytesHeaderParser
from email.utils import parsedate_to_datetime
from pathlib import Path

from mailbot.courier.outcome import CourierError, Outcome, OutgoingMail, delayed
from mailbot.desk.vocabulary import DeliveryStatus


class FolderCourier:
    """Each mail becomes ``<its Date>-<digest of its Message-ID and recipients>.eml``: names sort by time, and the same
    mail again is the same file, not a second one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def relay(self, mail: OutgoingMail) -> Mapping[str, Outcome]:
        """Write the bytes as they are; a file is either whole and on the disk, or not there."""
        name = file_name(mail)
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            _write_whole(self.folder / name, mail.raw)
        except OSError as error:
            outcome = delayed(f"{self.folder}: {error.strerror or error}")
        else:
            outcome = Outcome(DeliveryStatus.RELAYED, 250, "2.0.0", f"written to {name}")
        return dict.fromkeys(mail.recipients, outcome)

    def try_connect(self) -> str:
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.folder):
                return f"outgoing mail is put into {self.folder}"
        except OSError as error:
            raise CourierError(f"{self.folder}: {error.strerror or error}") from None

    def close(self) -> None:
        """Nothing is held open."""


def file_name(mail: OutgoingMail) -> str:
    headers = BytesHeaderParser().parsebytes(mail.raw)
    identity = str(headers.get("Message-ID", "")).strip().encode("utf-8", "replace") or mail.raw
    digest = hashlib.sha256(b"\0".join((identity, *(r.encode() for r in mail.recipients)))).hexdigest()[:16]
    return f"{_moment(str(headers.get('Date', '')))}-{digest}.eml"


def _moment(date: str) -> str:
    try:
        moment = parsedate_to_datetime(date)
    except (ValueError, OverflowError):
        return "00000000T000000Z"
    aware = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return f"{aware.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _write_whole(path: Path, raw: bytes) -> None:
    descriptor, draft = tempfile.mkstemp(prefix=".draft-", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(raw)
            file.flush()
            os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
