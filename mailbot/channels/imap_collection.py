"""One folder's collection: which copies are new, fetching them in bounded batches, keeping them, finishing them.

The ledger, not a flag, says what is new (rule D6). A mail and its ledger row are committed together, and only then is
anything done on the server; whatever is cut in between is found again as an unknown or a pending UID.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from structlog import get_logger

from mailbot.channels import FolderPosition, ImapKey, MailboxLedger, ReceivedMail, Reception
from mailbot.channels.imap_account import CollectionState, FolderState, ImapAccount
from mailbot.channels.imap_session import CommandRefused, ImapSession, in_chunks
from mailbot.channels.trouble import describe_error
from mailbot.desk.correspondence import Envelope

log = get_logger()
_CHUNK = 500
_PARKED_AFTER = 3


class Collection:
    """Lives as long as its account; each connection begins with ``begin``, after which ``look`` may be repeated."""

    def __init__(
        self, account: ImapAccount, reception: Reception, ledger: MailboxLedger, state: CollectionState
    ) -> None:
        self.account, self.state = account, state
        self._reception, self._ledger = reception, ledger
        self._uidvalidity = self._start_uid = self._highest = 0
        self._failures: Counter[int] = Counter()

    @property
    def _place(self) -> tuple[str, str, int]:
        return self.account.name, self.account.folder, self._uidvalidity

    # --- the position

    def begin(self, session: ImapSession) -> None:
        """Open the folder and find our place in it; then everything unknown is collected."""
        folder = session.select()
        position = self._ledger.find_position(self.account.name, self.account.folder)
        if position is None:
            self._begin_first_time(session, folder)
        elif position.uidvalidity != folder.uidvalidity:
            self._begin_anew(session, folder, position)
        else:
            self._enter(folder.uidvalidity, position.start_uid)
        self.reconcile(session, folder)

    def _enter(self, uidvalidity: int, start_uid: int) -> None:
        if self._uidvalidity != uidvalidity:
            self._failures.clear()
        self._uidvalidity, self._start_uid = uidvalidity, start_uid

    def _begin_first_time(self, session: ImapSession, folder: FolderState) -> None:
        """From now on by default: a mailbox with years of mail must not become years of tickets."""
        start_uid, started_at = 0, None
        if self.account.start == "now":
            uids = session.all_uids(folder.exists)
            start_uid = max([folder.uidnext - 1, 0, *([] if folder.uidnext else uids)])
            started_at = self._newest(session, [uid for uid in uids if uid <= start_uid])
        self._ledger.start_from(self.account.name, self.account.folder, folder.uidvalidity, start_uid, started_at)
        self._enter(folder.uidvalidity, start_uid)
        log.info(
            "mailbox visited for the first time", account=self.account.name, exists=folder.exists, from_uid=start_uid
        )

    def _begin_anew(self, session: ImapSession, folder: FolderState, position: FolderPosition) -> None:
        """All UIDs are void (RFC 9051, 2.3.1.1): known mails are told by their content, those from before us by date.

        The old ones are passed over before the position is set, so that an interruption repeats all of it.
        """
        uids = session.all_uids(folder.exists)
        old: list[int] = []
        for chunk in in_chunks(uids if position.started_at else [], _CHUNK):
            dates = session.dates(chunk)
            old += [uid for uid in chunk if uid in dates and dates[uid] <= (position.started_at or dates[uid])]
        place = self.account.name, self.account.folder, folder.uidvalidity
        for chunk in in_chunks(old, _CHUNK):
            self._ledger.pass_over(*place, chunk)
        self._ledger.start_from(*place, 0, position.started_at)
        self._enter(folder.uidvalidity, 0)
        log.warning("uidvalidity changed", account=self.account.name, exists=len(uids), passed_over=len(old))

    def _newest(self, session: ImapSession, uids: Sequence[int]) -> datetime | None:
        """INTERNALDATE of the newest mail, by the server's clock, but never in our future."""
        dates = [date for chunk in in_chunks(uids, _CHUNK) for date in session.dates(chunk).values()]
        return min(max(dates), datetime.now(UTC)) if dates else None

    # --- looking

    def reconcile(self, session: ImapSession, folder: FolderState | None = None) -> None:
        """Compare all UIDs of the server with the ledger, and collect what is missing, however it came to be."""
        if folder is None:
            self.state.parked.clear()
            folder = session.select()
            if folder.uidvalidity != self._uidvalidity:
                return self.begin(session)
        before = self.state.collected
        self._highest = self._ledger.find_highest_uid(*self._place)
        known_to = max(self._highest, self._start_uid)
        unknown = self._unknown(session.all_uids(folder.exists))
        late = sum(uid <= known_to for uid in unknown)
        if late:
            log.warning("reconciliation found mails", account=self.account.name, mails=late)
        self._collect(session, unknown)
        self.state.repaired += min(late, self.state.collected - before)
        self.finish_pending(session)

    def look(self, session: ImapSession) -> None:
        """Collect what came since the last look, then mark or move what is kept."""
        self._collect(session, self._unknown(session.find_uids(max(self._highest, self._start_uid))))
        self.finish_pending(session)

    def _unknown(self, uids: Sequence[int]) -> list[int]:
        unknown: list[int] = []
        for chunk in in_chunks((uid for uid in uids if uid > self._start_uid), 5_000):
            seen = self._ledger.seen_uids(*self._place, chunk[0], chunk[-1])
            unknown += [uid for uid in chunk if uid not in seen]
        return unknown

    # --- collecting

    def _collect(self, session: ImapSession, uids: Sequence[int]) -> None:
        for batch, oversize in self._batches(session, uids):
            try:
                raws = self._fetch(session, list(batch), oversize)
            except Exception:
                self._note_failure(list(batch), "fetched")
                raise
            if raws:
                self._keep(batch if oversize else {}, raws)
            self._highest = max([self._highest, *batch])

    def _note_failure(self, uids: list[int], deed: str) -> None:
        self._failures.update(uids)
        for uid in uids:
            if self._failures[uid] >= _PARKED_AFTER:
                self.state.parked.add(uid)
                log.error(f"mail cannot be {deed}", account=self.account.name, uid=uid, failures=self._failures[uid])

    def _batches(self, session: ImapSession, uids: Sequence[int]) -> Iterator[tuple[dict[int, int], bool]]:
        """UID → size, and whether it is over the limit. Those that failed before come last, each by itself.

        So a mail that breaks the connection at each fetch keeps nobody waiting behind it. A size that is not told
        counts as none: such a mail, if it is there at all, is fetched alone.
        """
        pending = [uid for uid in uids if uid not in self.state.parked]
        doubtful = sorted((uid for uid in pending if self._failures[uid]), key=lambda uid: (self._failures[uid], uid))
        batch: dict[int, int] = {}
        for chunk in in_chunks((uid for uid in pending if not self._failures[uid]), _CHUNK):
            sizes = session.sizes(chunk)
            doubtful += [uid for uid in chunk if uid not in sizes]
            for uid, size in sorted(sizes.items()):
                if size > self.account.size_limit:
                    yield {uid: size}, True
                    continue
                full = len(batch) >= self.account.batch_mails or sum(batch.values()) + size > self.account.batch_octets
                if batch and full:
                    yield batch, False
                    batch = {}
                batch[uid] = size
        if batch:
            yield batch, False
        for uid in doubtful:
            size = session.sizes([uid]).get(uid, 0)
            yield {uid: size}, size > self.account.size_limit

    def _fetch(self, session: ImapSession, uids: list[int], oversize: bool) -> dict[int, bytes]:
        raws = session.headers(uids) if oversize else session.bodies(uids)
        missing = [uid for uid in uids if uid not in raws]
        if missing:  # expunged meanwhile, or an answer without content: the next reconciliation will know
            log.warning("mails not fetched", account=self.account.name, mails=len(missing))
        return raws

    def _keep(self, withheld: dict[int, int], raws: dict[int, bytes]) -> None:
        """Commit the mails, and settle their ledger rows at once where nothing is to be done on the server."""
        now = datetime.now(UTC)
        mails = {
            uid: (raw, self._compose_envelope(uid, now, withheld.get(uid, 0))) for uid, raw in sorted(raws.items())
        }
        kept = self._receive(mails)
        self.state.collected += len(kept)
        if self.account.after == "keep":
            self._ledger.settle(*self._place, list(kept))
        for uid, mail in kept.items():
            raw, envelope = mails[uid]
            log.info(
                "mail kept",
                id=mail.id,
                duplicate_of=mail.duplicate_of,
                source=envelope.source_key,
                octets=len(raw),
                withheld=envelope.withheld_size,
            )

    def _receive(self, mails: dict[int, tuple[bytes, Envelope]]) -> dict[int, ReceivedMail]:
        """Keep them with one commit; if that fails, one by one, for one bad mail must not hold up the others.

        Where none can be kept the store is ill, not the mails: raises, and no mail is blamed.
        """
        try:
            return dict(zip(mails, self._reception.receive_many(list(mails.values())), strict=True))
        except Exception as error:
            if len(mails) == 1:
                raise
            log.warning("batch not kept", account=self.account.name, mails=len(mails), error=describe_error(error))
        return self._receive_singly(mails)

    def _receive_singly(self, mails: dict[int, tuple[bytes, Envelope]]) -> dict[int, ReceivedMail]:
        kept: dict[int, ReceivedMail] = {}
        refused: list[int] = []
        for uid, (raw, envelope) in mails.items():
            try:
                kept[uid] = self._reception.receive(raw, envelope)
            except Exception:
                refused.append(uid)
                if not kept and len(refused) > 1:
                    raise
        self._note_failure(refused, "kept")
        return kept

    def _compose_envelope(self, uid: int, now: datetime, withheld_size: int) -> Envelope:
        return Envelope(
            reverse_path="",
            forward_paths=(self.account.address,),
            received_at=now,
            way_in="imap",
            source_key=str(ImapKey(*self._place, uid)),
            withheld_size=withheld_size,
        )

    # --- finishing

    def finish_pending(self, session: ImapSession) -> None:
        """Mark or move the copies that are kept here. A NO leaves them pending, for the next look."""
        if self.account.after == "keep":
            return
        while pending := self._ledger.pending_uids(*self._place):
            present = session.present(pending)
            gone = [uid for uid in pending if uid not in present]
            finished = self._finish(session, sorted(present)) if present else True
            self._ledger.settle(*self._place, pending if finished else gone)
            if not finished:
                return

    def _finish(self, session: ImapSession, uids: list[int]) -> bool:
        try:
            session.finish(uids)
        except CommandRefused as refusal:
            log.warning("mails not finished", account=self.account.name, after=self.account.after, why=str(refusal))
            return False
        return True
