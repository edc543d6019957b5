"""Collecting from a real Dovecot: what is new, what becomes of the copies, and what survives."""

import threading
from collections.abc import Callable, Iterator

import imapclient
import pytest
from imapclient.exceptions import CapabilityError

from mailbot.channels import ImapKey
from mailbot.channels.credentials import CredentialsRefused, OAuthSettings, OAuthToken, Password
from mailbot.channels.imap_poller import ImapPoller, try_login
from mailbot.channels.imap_session import LoginRefused
from tests.support.bad_line import BadLine
from tests.support.collecting import make_account, wait_until
from tests.support.dovecot import Dovecot
from tests.support.identity_provider import IdentityProvider
from tests.support.mails import make_mail, subjects
from tests.support.small_reception import SmallReception
from tests.support.tls import Certificate

pytestmark = pytest.mark.system
Poll = Callable[..., ImapPoller]


@pytest.fixture
def other_client(dovecot: Dovecot, mailbox: str) -> Iterator[imapclient.IMAPClient]:
    """A person's own mail program on the same mailbox."""
    with imapclient.IMAPClient("127.0.0.1", dovecot.imap_port, ssl=False, timeout=30) as client:
        client.login(mailbox, "secret")
        client.select_folder("INBOX")
        yield client


def flags_of(client: imapclient.IMAPClient) -> dict[int, set[bytes]]:
    client.noop()
    return {uid: set(flags) - {b"\\Recent"} for uid, flags in client.get_flags(client.search()).items()}


# --- what is new


def test_mail_is_kept_with_its_copy_named(
    dovecot: Dovecot, mailbox: str, reception: SmallReception, poll: Poll
) -> None:
    dovecot.deliver(mailbox, make_mail(1))
    poll(make_account(dovecot.imap_port, mailbox))
    (raw,) = reception.wait_for(1)
    assert raw.endswith(make_mail(1))
    ((account, folder, uidvalidity, uid, _pending),) = reception.ledger()
    (envelope,) = reception.envelopes
    assert envelope.source_key == str(ImapKey(account, folder, uidvalidity, uid))
    assert (account, folder, uid) == ("helpdesk", "INBOX", 1)
    assert (envelope.way_in, envelope.forward_paths, envelope.reverse_path) == ("imap", ("help@desk.example",), "")
    wait_until(lambda: [row[4] for row in reception.ledger()] == [0])  # nothing is left to do on the server


def test_idle_tells_of_a_new_mail(dovecot: Dovecot, mailbox: str, reception: SmallReception, poll: Poll) -> None:
    poller = poll(make_account(dovecot.imap_port, mailbox, poll_seconds=60.0))
    wait_until(lambda: poller.states()[0].connected)
    for number in range(3):
        dovecot.deliver(mailbox, make_mail(number))
        reception.wait_for(number + 1)


def test_mailbox_with_old_mail_starts_from_now_and_stays_as_it_was(
    dovecot: Dovecot, mailbox: str, reception: SmallReception, poll: Poll, other_client: imapclient.IMAPClient
) -> None:
    dovecot.deliver(mailbox, *[make_mail(f"old {n}") for n in range(20)])
    before = flags_of(other_client)
    poller = poll(make_account(dovecot.imap_port, mailbox, start="now", after="keep"))
    wait_until(lambda: poller.states()[0].connected)
    dovecot.deliver(mailbox, make_mail("new"))
    assert subjects(reception.wait_for(1)) == ["Mail new"]
    poller.stop()
    assert flags_of(other_client) == {**before, 21: set()}


def test_flags_of_others_decide_nothing(
    dovecot: Dovecot, mailbox: str, reception: SmallReception, poll: Poll, other_client: imapclient.IMAPClient
) -> None:
    dovecot.deliver(mailbox, *[make_mail(n) for n in range(12)])
    other_client.noop()
    other_client.add_flags([1, 4, 7], [b"\\Seen", b"\\Answered"])
    other_client.add_flags([2, 5], [b"\\Flagged"])
    before = flags_of(other_client)
    poll(make_account(dovecot.imap_port, mailbox, after="keep", batch_mails=2))
    assert sorted(subjects(reception.wait_for(12))) == sorted(f"Mail {n}" for n in range(12))
    assert flags_of(other_client) == before


def test_expunged_neighbours_do_not_shift_what_is_fetched(
    dovecot: Dovecot, mailbox: str, reception: SmallReception, poll: Poll, other_client: imapclient.IMAPClient
) -> None:
    dovecot.deliver(mailbox, *[make_mail(n) for n in range(1, 11)])
    other_client.noop()
    reception.gate.clear()
    poll(make_account(dovecot.imap_port, mailbox, batch_mails=1, after="move"))
    other_client.add_flags([2, 3, 9], [b"\\Deleted"])
    other_client.uid_expunge([2, 3, 9])
    reception.gate.set()
    wait_until(lambda: len(dovecot.files(mailbox, "Processed")) >= 7)
    kept = {int(subject.split()[1]) for subject in subjects(reception.raws())}
    assert {1, 4, 5, 6, 7, 8, 10} <= kept
    assert len(reception.raws(duplicates=True)) == len(kept)


def test_two_accounts_are_collected_and_a_broken_one_disturbs_nobody(
    dovecot: Dovecot, mailbox: str, reception: SmallReception, poll: Poll
) -> None:
    broken = make_account(dovecot.imap_port, "x" + mailbox, name="broken", credentials=Password("wrong"))
    poller = poll(broken, make_account(dovecot.imap_port, mailbox))
    dovecot.deliver(mailbox, make_mail(1))
    reception.wait_for(1)
    wait_until(lambda: poller.states()[0].failures >= 2)
    first, second = poller.states()
    assert (first.connected, second.connected) == (False, True)
    assert first.last_error.startswith("LoginRefused: ") and "wrong" not in first.last_error


def test_server_without_idle_is_polled(reception: SmallReception, poll: Poll) -> None:
    with Dovecot(capability="IMAP4rev1 UIDPLUS") as server:
        poller = poll(make_account(server.imap_port, "a@desk.example", poll_seconds=0.2))
        wait_until(lambda: poller.states()[0].connected)
        server.deliver("a@desk.example", make_mail(1))
        reception.wait_for(1)


# --- what becomes of the copies


@pytest.mark.parametrize("mark", ["$MailbotKept", "\\Seen"])
def test_kept_copies_are_marked(
    dovecot: Dovecot,
    mailbox: str,
    reception: SmallReception,
    poll: Poll,
    other_client: imapclient.IMAPClient,
    mark: str,
) -> None:
    dovecot.deliver(mailbox, make_mail(1))
    poll(make_account(dovecot.imap_port, mailbox, after="mark", mark=mark))
    wait_until(lambda: flags_of(other_client) == {1: {mark.encode()}})
    wait_until(lambda: [row[4] for row in reception.ledger()] == [0])


def test_kept_copies_are_moved(dovecot: Dovecot, mailbox: str, reception: SmallReception, poll: Poll) -> None:
    dovecot.deliver(mailbox, make_mail(1), make_mail(2))
    poll(make_account(dovecot.imap_port, mailbox, after="move", move_to="Ärenden/Klara"))
    wait_until(lambda: [row[4] for row in reception.ledger()] == [0, 0])
    assert dovecot.files(mailbox) == []
    assert len(dovecot.doveadm("search", "-u", mailbox, "mailbox", "Ärenden/Klara", "all").splitlines()) == 2


@pytest.mark.parametrize("capability", ["IMAP4rev1", "IMAP4rev1 UIDPLUS", "IMAP4rev1 MOVE", "IMAP4rev1 MOVE UIDPLUS"])
@pytest.mark.parametrize("after", ["move", "delete"])
def test_copies_are_removed_by_uid_or_not_at_all(
    reception: SmallReception, poll: Poll, capability: str, after: str
) -> None:
    box = "a@desk.example"
    with Dovecot(capability=capability) as server:
        server.deliver(box, make_mail("foreign"), make_mail(2), make_mail(3))
        with imapclient.IMAPClient("127.0.0.1", server.imap_port, ssl=False, timeout=30) as client:
            client.login(box, "secret")
            client.select_folder("INBOX")
            client.add_flags([1], [b"\\Deleted"])
            reception.start_from("helpdesk", "INBOX", client.folder_status("INBOX")[b"UIDVALIDITY"], 1, None)
            poll(make_account(server.imap_port, box, after=after))
            reception.wait_for(2)
            wait_until(lambda: [row[3:] for row in reception.ledger()] == [(2, 0), (3, 0)])
            removed = "UIDPLUS" in capability or (after == "move" and "MOVE" in capability)
            mark = {b"$MailbotKept"}
            assert flags_of(client) == {1: {b"\\Deleted"}, **({} if removed else {2: mark, 3: mark})}
        assert len(server.files(box, "Processed")) == (2 if removed and after == "move" else 0)


def test_copy_stays_where_the_target_is_full(reception: SmallReception, poll: Poll) -> None:
    box = "a@desk.example"
    with Dovecot(capability="IMAP4rev1 UIDPLUS", quota="10k") as server:
        server.deliver(box, make_mail(1, body=b"x" * 6_000))
        poller = poll(make_account(server.imap_port, box, after="move", poll_seconds=0.1))
        reception.wait_for(1)
        wait_until(lambda: poller.states()[0].connected)
        poller.stop()
        assert (len(server.files(box)), len(server.files(box, "Processed"))) == (1, 0)
        assert [row[3:] for row in reception.ledger()] == [(1, 1)]


def test_oversize_mail_stays_on_the_server_and_its_headers_are_kept(
    dovecot: Dovecot, mailbox: str, reception: SmallReception, poll: Poll
) -> None:
    dovecot.deliver(mailbox, make_mail("big", body=b"x" * 300_000), make_mail("small"))
    poll(make_account(dovecot.imap_port, mailbox, after="delete", size_limit=100_000))
    kept = dict(zip(subjects(reception.wait_for(2)), reception.envelopes, strict=True))
    assert kept["Mail big"].withheld_size > 300_000
    assert kept["Mail small"].withheld_size == 0
    assert all(len(raw) < 1000 for raw in reception.raws())
    wait_until(lambda: len(dovecot.files(mailbox)) == 1)
    wait_until(lambda: [row[4] for row in reception.ledger()] == [0, 0])


# --- what survives


def test_mail_kept_before_a_crash_is_moved_after_it_and_not_kept_twice(
    dovecot: Dovecot, mailbox: str, reception: SmallReception, poll: Poll
) -> None:
    dovecot.deliver(mailbox, *[make_mail(n) for n in range(6)])
    with BadLine(dovecot.imap_port) as line:
        keep = reception._keep
        count = threading.Semaphore(3)

        def keep_then_cut(raw: bytes, envelope: object) -> object:
            if not count.acquire(blocking=False):
                line.cut()
            return keep(raw, envelope)

        reception._keep = keep_then_cut
        poll(make_account(line.port, mailbox, after="move", batch_mails=2))
        reception.wait_for(6)
        reception._keep = keep
        wait_until(lambda: (len(dovecot.files(mailbox)), len(dovecot.files(mailbox, "Processed"))) == (0, 6))
    assert len(reception.raws(duplicates=True)) == 6


def test_mail_is_fetched_again_where_the_store_failed(
    dovecot: Dovecot, mailbox: str, reception: SmallReception, poll: Poll
) -> None:
    dovecot.deliver(mailbox, make_mail(1))
    reception.trouble = RuntimeError("the store is ill")
    poller = poll(make_account(dovecot.imap_port, mailbox, after="delete"))
    wait_until(lambda: poller.states()[0].failures >= 2)
    assert len(dovecot.files(mailbox)) == 1
    reception.trouble = None
    reception.wait_for(1)
    wait_until(lambda: dovecot.files(mailbox) == [])


def test_uidvalidity_reset_makes_nothing_old_new(
    dovecot: Dovecot, mailbox: str, reception: SmallReception, poll: Poll
) -> None:
    dovecot.deliver(mailbox, *[make_mail(f"before us {n}") for n in range(5)])
    dovecot.doveadm("flags", "add", "-u", mailbox, "\\Seen", "mailbox", "INBOX", "all")
    poller = poll(make_account(dovecot.imap_port, mailbox, start="now"))
    wait_until(lambda: poller.states()[0].connected)
    threading.Event().wait(1.1)  # INTERNALDATE counts whole seconds
    dovecot.deliver(mailbox, *[make_mail(n) for n in range(5)])
    reception.wait_for(5)
    poller.stop()
    dovecot.deliver(mailbox, *[make_mail(n) for n in range(5, 8)])
    dovecot.reset_uidvalidity(mailbox)
    poll(make_account(dovecot.imap_port, mailbox, start="now"))
    assert sorted(subjects(reception.wait_for(8))) == [f"Mail {n}" for n in range(8)]
    again = poll(make_account(dovecot.imap_port, mailbox, start="now"))
    wait_until(lambda: again.states()[0].connected)
    assert len(reception.raws()) == 8
    assert len(reception.raws(duplicates=True)) == 13  # five were seen again, and told by their content


def test_recreated_folder_whose_first_uid_is_a_new_mail(
    dovecot: Dovecot, mailbox: str, reception: SmallReception, poll: Poll
) -> None:
    folder = "Support"
    dovecot.doveadm("mailbox", "create", "-u", mailbox, folder)

    def save(raw: bytes) -> None:
        with imapclient.IMAPClient("127.0.0.1", dovecot.imap_port, ssl=False, timeout=30) as client:
            client.login(mailbox, "secret")
            client.append(folder, raw)

    save(make_mail(1))
    poller = poll(make_account(dovecot.imap_port, mailbox, folder=folder))
    reception.wait_for(1)
    poller.stop()
    dovecot.doveadm("mailbox", "delete", "-u", mailbox, folder)
    threading.Event().wait(1.1)  # Dovecot makes the UIDVALIDITY of the second it is created in
    dovecot.doveadm("mailbox", "create", "-u", mailbox, folder)
    save(make_mail(2))
    poll(make_account(dovecot.imap_port, mailbox, folder=folder))
    assert subjects(reception.wait_for(2)) == ["Mail 1", "Mail 2"]


def test_reconciliation_finds_what_is_missing_in_the_ledger(
    dovecot: Dovecot, mailbox: str, reception: SmallReception, poll: Poll
) -> None:
    dovecot.deliver(mailbox, *[make_mail(n) for n in range(1, 7)])
    poller = poll(make_account(dovecot.imap_port, mailbox, reconcile_seconds=0.1, poll_seconds=0.1))
    reception.wait_for(6)
    for uid in (2, 3, 5):
        reception.forget(uid)
    wait_until(lambda: [row[3] for row in reception.ledger()] == [1, 2, 3, 4, 5, 6])
    assert len(reception.raws()) == 6
    wait_until(lambda: poller.states()[0].repaired == 3)


def test_restarted_server_is_found_again(reception: SmallReception, poll: Poll) -> None:
    with Dovecot() as server:
        poller = poll(make_account(server.imap_port, "a@desk.example"))
        wait_until(lambda: poller.states()[0].connected)
        server.stop()
        wait_until(lambda: poller.states()[0].failures >= 1)
        server.start()
        server.deliver("a@desk.example", make_mail(1))
        reception.wait_for(1)


def test_line_that_went_dead_without_a_word_is_noticed(
    dovecot: Dovecot, mailbox: str, reception: SmallReception, poll: Poll
) -> None:
    with BadLine(dovecot.imap_port) as line:
        poller = poll(make_account(line.port, mailbox, poll_seconds=0.3, timeout_seconds=0.5))
        wait_until(lambda: poller.states()[0].connected)
        line.frozen = True
        dovecot.deliver(mailbox, make_mail(1))
        reception.wait_for(1)


def test_idle_is_begun_anew_and_one_connection_is_enough(
    dovecot: Dovecot, mailbox: str, reception: SmallReception, poll: Poll
) -> None:
    with BadLine(dovecot.imap_port) as line:
        poller = poll(make_account(line.port, mailbox, reidle_seconds=0.1))
        wait_until(lambda: poller.states()[0].connected)
        first = poller.states()[0].last_visit
        wait_until(lambda: poller.states()[0].last_visit != first)
        dovecot.deliver(mailbox, make_mail(1))
        reception.wait_for(1)
        assert line.connections == 1


def test_line_cut_inside_a_mail_never_leaves_half_of_it(
    dovecot: Dovecot, mailbox: str, reception: SmallReception, poll: Poll
) -> None:
    big = make_mail("big", body=b"0123456789abcdef" * 10_000 + b"\r\n")
    dovecot.deliver(mailbox, big, make_mail("small"))
    with BadLine(dovecot.imap_port) as line:
        line.cut_after = 20_000
        poll(make_account(line.port, mailbox, poll_seconds=0.05, reconcile_seconds=0.2))
        for octets in range(30_000, 160_000, 26_000):
            seen = line.connections
            line.cut_after = octets
            wait_until(lambda seen=seen: line.connections > seen)
        assert subjects(reception.wait_for(1)) == ["Mail small"]  # it does not wait behind the other
        line.cut_after = 0
        raws = reception.wait_for(2)
    assert [raw.endswith(mail) for raw, mail in zip(raws, [make_mail("small"), big], strict=True)] == [True, True]


def test_stop_is_prompt_while_idle(dovecot: Dovecot, mailbox: str, poll: Poll) -> None:
    poller = poll(make_account(dovecot.imap_port, mailbox, poll_seconds=60.0))
    wait_until(lambda: poller.states()[0].connected)
    stopping = threading.Thread(target=poller.stop)
    stopping.start()
    stopping.join(1.0)
    assert not stopping.is_alive()


# --- getting in


def test_trial_login_reports_and_changes_nothing(
    dovecot: Dovecot, mailbox: str, other_client: imapclient.IMAPClient
) -> None:
    dovecot.deliver(mailbox, make_mail(1))
    report = try_login(make_account(dovecot.imap_port, mailbox))
    assert (report.exists, report.capabilities) == (1, ("IDLE", "MOVE", "UIDPLUS"))
    assert flags_of(other_client) == {1: set()}
    with pytest.raises(LoginRefused):
        try_login(make_account(dovecot.imap_port, mailbox, credentials=Password("wrong")))


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_tls_is_verified(dovecot: Dovecot, mailbox: str, certificate: Certificate, tls: str) -> None:
    port = dovecot.imaps_port if tls == "tls" else dovecot.imap_port
    trusting = make_account(port, mailbox, tls=tls, ca_file=certificate.authority, host="localhost")
    assert try_login(trusting).exists == 0
    with pytest.raises(OSError, match="certificate verify failed"):
        try_login(make_account(port, mailbox, tls=tls, host="localhost"))


def test_starttls_that_is_not_offered_is_no_reason_for_clear_text(reception: SmallReception) -> None:
    with Dovecot() as server, pytest.raises(CapabilityError, match="STARTTLS"):
        try_login(make_account(server.imap_port, "a@desk.example", tls="starttls"))


def test_access_token_is_renewed_when_it_is_refused(
    dovecot: Dovecot,
    identity_provider: IdentityProvider,
    certificate: Certificate,
    reception: SmallReception,
    poll: Poll,
    mailbox: str,
) -> None:
    identity_provider.reset()
    token = OAuthToken(OAuthSettings("custom", mailbox, "s", token_url=identity_provider.token_url))
    account = make_account(
        dovecot.imaps_port, mailbox, host="localhost", tls="tls", ca_file=certificate.authority, credentials=token
    )
    poller = poll(account)
    wait_until(lambda: poller.states()[0].connected)
    identity_provider.expire_all()
    dovecot.doveadm("kick", mailbox)
    wait_until(lambda: len(identity_provider.requests) == 2)
    dovecot.deliver(mailbox, make_mail(1))
    reception.wait_for(1)


def test_revoked_access_is_told_and_nothing_is_lost(
    dovecot: Dovecot, identity_provider: IdentityProvider, certificate: Certificate, mailbox: str, poll: Poll
) -> None:
    identity_provider.reset()
    identity_provider.error = "invalid_grant"
    token = OAuthToken(OAuthSettings("custom", mailbox, "s", token_url=identity_provider.token_url))
    account = make_account(dovecot.imap_port, mailbox, credentials=token)
    with pytest.raises(CredentialsRefused, match="400 invalid_grant"):
        try_login(account)
    poller = poll(account)
    wait_until(lambda: poller.states()[0].failures >= 1)
    assert poller.states()[0].last_error == "CredentialsRefused: 400 invalid_grant"
    identity_provider.reset()
    wait_until(lambda: poller.states()[0].connected)
