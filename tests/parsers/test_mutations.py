"""Twenty thousand broken relatives of real and of own mails: none may raise, each must come back as a mail."""

import random
import sys
from pathlib import Path

import pytest

from mailbot.desk.correspondence import InboundMail
from mailbot.parsers.message import read_message
from tests.support.golden import BROKEN

ROOT = Path(__file__).resolve().parent.parent.parent
sys.path.insert(0, str(ROOT / "bench"))
import mime  # noqa: E402  # the measuring program owns the mutations

COUNT = 20_000
SEED = 20260303


def _mails() -> list[bytes]:
    own = [path.read_bytes() for path in sorted(BROKEN.glob("*.eml"))]
    if not (mime.CORPUS / "index.jsonl").exists():
        return own
    return own * 5 + [raw for _, raw in mime.read_corpus(mime.CORPUS) if len(raw) < 30_000]


@pytest.mark.timeout(300)
def test_mutated_mails_never_raise_and_stay_mails() -> None:
    mails, chance = _mails(), random.Random(SEED)
    for number in range(COUNT):
        raw = mime.mutate(chance.choice(mails), chance.choice(mails), chance)
        before = bytes(bytearray(raw))
        mail = read_message(raw)
        assert type(mail) is InboundMail, number
        assert raw == before, number
        assert "\x00" not in mail.text + mail.html + mail.subject, number
        mail.text.encode("utf-8"), mail.html.encode("utf-8"), repr(mail.headers).encode("utf-8")
        assert all(each.filename and "/" not in each.filename for each in mail.attachments), number
        assert all("\n" not in value and "\r" not in value for _, value in mail.headers), number


def test_corpus_is_read_without_an_exception_and_meets_what_its_sources_say() -> None:
    if not (mime.CORPUS / "index.jsonl").exists():
        pytest.skip("the corpus of mails does not stand beside the checkout")
    verdicts: dict[str, list[bool]] = {}
    for entry, raw in mime.read_corpus(mime.CORPUS):
        for what, (met, alike, _, _) in mime.check_expectations(read_message(raw), entry.get("expect") or {}).items():
            verdicts.setdefault(what, []).append(met or alike)
    share = {what: sum(each) / len(each) for what, each in verdicts.items()}
    assert share["subject"] >= 0.985 and share["names"] >= 0.92 and share["text"] >= 0.92
