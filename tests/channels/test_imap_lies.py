"""Servers that are wrong, refuse, or break off: nothing lost, nothing twice, and only known words on the wire."""

import base64
import re
from collections.abc import Callable, Iterator

import pytest

from mailbot.channels.credentials import Password
from mailbot.channels.imap_poller import ImapPoller, try_login
from mailbot.desk.correspondence import Envelope
from tests.support.collecting import make_account, wait_until
from tests.support.lying_imap import Connection, LyingImap
from tests.support.mails import make_mail
from tests.support.small_reception import SmallReception

Poll = Callable[..., ImapPoller]


@pytest.fixture
def server() -> Iterator[LyingImap]:
    with LyingImap() as lying:
        yield lying


def once(lie: Callable[[Connection, str, str], None], server: LyingImap, word: str) -> None:
    """Tell this lie to the first such command; be honest afterwards."""

    def tell(connection: Connection, tag: str, arguments: str) -> None:
        del server.lies[word]
        lie(connection, tag, arguments)

    server.lies[word] = tell


# --- wrong answers


def test_wrong_sizes_and_odd_answers_lose_nothing(server: LyingImap, reception: SmallReception, poll: Poll) -> None:
    mails = [make_mail(n, body=b"x" * n * 100) for n in range(1, 6)]
    for mail in mails:
        server.add(mail)

    def fetch(connection: Connection, tag: str, arguments: str) -> None:
        uids = [int(uid) for uid in re.findall(r"\d+", arguments.partition(" ")[0])]
        connection.send("* 99 EXPUNGE")
        connection.send("* 1 FETCH (FLAGS (\\Seen))")
        connection.send("* OK [ALERT] " + "z" * 65_000)
        for uid in [*uids, uids[0]]:
            if "SIZE" in arguments:
                connection.send(f"* {uid} FETCH (uid {uid} rfc822.size {7 * uid})")
            else:
                connection.server.mails.setdefault(uid, b"")
                connection.fetch_one(uid, arguments.partition(" ")[2])
        connection.send(f"{tag} OK done")

    server.lies["UID FETCH"] = fetch
    poll(make_account(server.port))
    assert reception.wait_for(5) == mails
    assert len(reception.raws(duplicates=True)) == 5


def test_lower_case_capabilities_are_understood(reception: SmallReception, poll: Poll) -> None:
    with LyingImap("imap4rev1 idle move uidplus") as server:
        server.add(make_mail(1))
        poll(make_account(server.port, after="move"))
        wait_until(lambda: server.folders["Processed"] == [make_mail(1)])
        wait_until(lambda: "IDLE" in server.commands)


def test_nul_and_eight_bit_octets_are_kept_as_they_are(
    server: LyingImap, reception: SmallReception, poll: Poll
) -> None:
    raw = b"Subject: \xe5\0\r\n\r\nbare\nLF and\rCR \xff\0"
    server.add(raw)
    poll(make_account(server.port))
    assert reception.wait_for(1) == [raw]


def test_fetch_without_content_is_repeated(server: LyingImap, reception: SmallReception, poll: Poll) -> None:
    server.add(make_mail(1))

    def nothing(connection: Connection, tag: str, arguments: str) -> None:
        if "SIZE" in arguments:
            connection.honestly(tag, "UID FETCH", arguments)
        else:
            del server.lies["UID FETCH"]
            connection.send("* 1 FETCH (UID 1 BODY[] NIL)")
            connection.send(f"{tag} OK done")

    server.lies["UID FETCH"] = nothing
    poll(make_account(server.port, poll_seconds=0.05, reconcile_seconds=0.1))
    assert reception.wait_for(1) == [make_mail(1)]


def test_uid_that_search_hid_is_found_by_reconciliation(
    server: LyingImap, reception: SmallReception, poll: Poll
) -> None:
    for number in range(1, 8):
        server.add(make_mail(number))

    def hide(connection: Connection, tag: str, _arguments: str) -> None:
        connection.send("* SEARCH 1 7")
        connection.send(f"{tag} OK done")

    once(hide, server, "UID SEARCH")
    poller = poll(make_account(server.port, poll_seconds=0.05, reconcile_seconds=0.1))
    assert sorted(reception.wait_for(7)) == [make_mail(n) for n in range(1, 8)]
    wait_until(lambda: poller.states()[0].repaired == 5)


def test_missing_uidvalidity_stops_before_anything_is_taken(
    server: LyingImap, reception: SmallReception, poll: Poll
) -> None:
    server.add(make_mail(1))

    def select(connection: Connection, tag: str, _arguments: str) -> None:
        connection.send("* 1 EXISTS")
        connection.send(f"{tag} OK selected")

    server.lies["EXAMINE"] = select
    poller = poll(make_account(server.port))
    wait_until(lambda: poller.states()[0].failures >= 2)
    assert reception.raws(duplicates=True) == []
    del server.lies["EXAMINE"]
    reception.wait_for(1)


def test_announcement_before_the_go_ahead_of_idle_counts(
    server: LyingImap, reception: SmallReception, poll: Poll
) -> None:
    def announce_first(connection: Connection, tag: str, arguments: str) -> None:
        server.mails[1] = make_mail(1)
        connection.send("* 1 EXISTS")
        connection.honestly(tag, "IDLE", arguments)

    once(announce_first, server, "IDLE")
    poll(make_account(server.port, poll_seconds=60.0))
    assert reception.wait_for(1) == [make_mail(1)]
    assert server.logins == 1


def test_announcement_in_one_packet_with_the_go_ahead_counts(
    server: LyingImap, reception: SmallReception, poll: Poll
) -> None:
    def announce_at_once(connection: Connection, tag: str, _arguments: str) -> None:
        server.mails[1] = make_mail(1)
        connection.told = 1
        connection.send_raw(b"+ idling\r\n* 1 EXISTS\r\n")
        connection.idling = tag

    once(announce_at_once, server, "IDLE")
    poll(make_account(server.port, poll_seconds=60.0))
    assert reception.wait_for(1) == [make_mail(1)]


def test_announcement_during_another_command_counts(server: LyingImap, reception: SmallReception, poll: Poll) -> None:
    def announce(connection: Connection, tag: str, arguments: str) -> None:
        server.mails[2] = make_mail(2)
        connection.told = 2
        connection.send("* 2 EXISTS")
        connection.honestly(tag, "UID STORE", arguments)

    server.add(make_mail(1))
    once(announce, server, "UID STORE")
    poll(make_account(server.port, after="mark", poll_seconds=60.0))
    assert reception.wait_for(2) == [make_mail(1), make_mail(2)]


def test_idle_that_never_announces_is_no_harm(server: LyingImap, reception: SmallReception, poll: Poll) -> None:
    poller = poll(make_account(server.port, poll_seconds=0.1))
    wait_until(lambda: poller.states()[0].connected)
    server.mails[1] = make_mail(1)
    assert reception.wait_for(1) == [make_mail(1)]


# --- refusals and breaks


def test_refused_move_is_tried_again_and_nothing_is_kept_twice(
    server: LyingImap, reception: SmallReception, poll: Poll
) -> None:
    server.add(make_mail(1))
    refusals = iter(["[OVERQUOTA] full", "[THROTTLED] slow down"])

    def refuse(connection: Connection, tag: str, arguments: str) -> None:
        why = next(refusals, "")
        if why:
            connection.send(f"{tag} NO {why}")
        else:
            connection.honestly(tag, "UID MOVE", arguments)

    server.lies["UID MOVE"] = refuse
    poll(make_account(server.port, after="move", poll_seconds=0.05))
    wait_until(lambda: server.folders["Processed"] == [make_mail(1)])
    assert (server.logins, reception.raws(duplicates=True)) == (1, [make_mail(1)])


def test_source_is_never_removed_where_the_copy_failed(reception: SmallReception, poll: Poll) -> None:
    with LyingImap("IMAP4rev1 IDLE UIDPLUS") as server:
        server.add(make_mail(1))
        server.lies["UID COPY"] = lambda connection, tag, _: connection.send(f"{tag} NO [OVERQUOTA] full")
        poll(make_account(server.port, after="move", poll_seconds=0.05))
        wait_until(lambda: sum(command.startswith("UID COPY") for command in server.commands) >= 3)
        assert server.uids() == [1]
        assert not any("EXPUNGE" in command or "\\Deleted" in command for command in server.commands)


def test_missing_target_folder_is_made(server: LyingImap, reception: SmallReception, poll: Poll) -> None:
    server.add(make_mail(1))
    poll(make_account(server.port, after="move", move_to="Done"))
    wait_until(lambda: server.folders.get("Done") == [make_mail(1)])


def test_mail_at_which_the_server_always_breaks_keeps_nobody_waiting(
    server: LyingImap, reception: SmallReception, poll: Poll
) -> None:
    for number in range(1, 11):
        server.add(make_mail(number))

    def break_at_four(connection: Connection, tag: str, arguments: str) -> None:
        uids = arguments.partition(" ")[0]
        wanted = [int(uid) for part in uids.split(",") for uid in part.split(":")]
        if "SIZE" not in arguments and min(wanted) <= 4 <= max(wanted):
            connection.cut()
        else:
            connection.honestly(tag, "UID FETCH", arguments)

    server.lies["UID FETCH"] = break_at_four
    poller = poll(make_account(server.port, poll_seconds=0.05, reconcile_seconds=0.5))
    assert len(reception.wait_for(9)) == 9
    wait_until(lambda: poller.states()[0].parked == {4} and poller.states()[0].connected)
    server.add(make_mail(11))
    reception.wait_for(10)
    server.lies.clear()
    assert len(reception.wait_for(11)) == 11


def test_mail_that_the_store_refuses_keeps_nobody_waiting(
    server: LyingImap, reception: SmallReception, poll: Poll
) -> None:
    keep = reception._keep

    def refuse_four(raw: bytes, envelope: Envelope) -> object:
        if envelope.source_key.endswith("/4"):
            raise ValueError("cannot be stored")
        return keep(raw, envelope)

    reception._keep = refuse_four
    for number in range(1, 11):
        server.add(make_mail(number))
    poll(make_account(server.port, poll_seconds=0.05, reconcile_seconds=0.3))
    assert len(reception.wait_for(9)) == 9
    reception._keep = keep
    assert len(reception.wait_for(10)) == 10


def test_store_that_is_ill_for_long_blames_no_mail(server: LyingImap, reception: SmallReception, poll: Poll) -> None:
    reception.trouble = RuntimeError("ill")
    for number in range(1, 6):
        server.add(make_mail(number))
    poller = poll(make_account(server.port, poll_seconds=60.0))
    wait_until(lambda: poller.states()[0].failures >= 6)
    assert poller.states()[0].parked == set()
    reception.trouble = None
    assert len(reception.wait_for(5)) == 5


def test_mail_whose_size_is_not_told_is_fetched(server: LyingImap, reception: SmallReception, poll: Poll) -> None:
    server.add(make_mail(1))

    def no_sizes(connection: Connection, tag: str, arguments: str) -> None:
        if "SIZE" in arguments:
            connection.send(f"{tag} OK done")
        else:
            connection.honestly(tag, "UID FETCH", arguments)

    server.lies["UID FETCH"] = no_sizes
    poll(make_account(server.port))
    assert reception.wait_for(1) == [make_mail(1)]


@pytest.mark.parametrize("hundredth", range(0, 100, 9))
def test_literal_cut_anywhere_is_never_half_a_mail(
    server: LyingImap, reception: SmallReception, poll: Poll, hundredth: int
) -> None:
    raw = make_mail(1, body=b"y" * 50_000)
    server.add(raw)

    def cut(connection: Connection, tag: str, arguments: str) -> None:
        if "SIZE" in arguments:
            return void(connection.honestly(tag, "UID FETCH", arguments))
        del server.lies["UID FETCH"]
        answer = b"* 1 FETCH (UID 1 BODY[] {%d}\r\n" % len(raw) + raw
        connection.send_raw(answer[: len(answer) * hundredth // 100])
        connection.cut()

    server.lies["UID FETCH"] = cut
    poll(make_account(server.port))
    assert reception.wait_for(1) == [raw]


def void(_: object) -> None:
    """Nothing, whatever was returned."""


def test_bye_and_throttling_are_waited_out(server: LyingImap, reception: SmallReception, poll: Poll) -> None:
    server.add(make_mail(1))
    answers = iter(["* BYE Session invalidated - AccessTokenExpired", "{tag} NO [THROTTLED] later", "{tag} BAD what"])

    def refuse(connection: Connection, tag: str, arguments: str) -> None:
        answer = next(answers, "")
        if not answer:
            connection.honestly(tag, "UID SEARCH", arguments)
            return
        connection.send(answer.format(tag=tag))
        if answer.startswith("*"):
            connection.cut()

    server.lies["UID SEARCH"] = refuse
    poll(make_account(server.port))
    assert reception.wait_for(1) == [make_mail(1)]
    assert server.logins == 4


def test_too_many_connections_are_backed_off_from(server: LyingImap, reception: SmallReception, poll: Poll) -> None:
    def refuse(connection: Connection, tag: str, _arguments: str) -> None:
        connection.send(f"{tag} NO [LIMIT] Too many simultaneous connections")

    server.lies["LOGIN"] = refuse
    poller = poll(make_account(server.port, backoff_first=0.05, backoff_longest=60.0))
    wait_until(lambda: poller.states()[0].failures >= 4)
    assert sum(command.startswith("LOGIN") for command in server.commands) <= 6
    poller.stop()


def test_password_with_other_letters_is_sent_in_utf8(server: LyingImap) -> None:
    sent: list[bytes] = []

    def authenticate(connection: Connection, tag: str, _arguments: str) -> None:
        connection.send("+")
        sent.append(base64.b64decode(connection.read_line()))
        connection.send(f"{tag} OK [CAPABILITY {server.capabilities}] in")

    server.lies["AUTHENTICATE"] = authenticate
    try_login(make_account(server.port, credentials=Password("lösen€rd")))
    assert sent == ["\0help@desk.example\0lösen€rd".encode()]


# --- what goes over the wire


def test_bodies_are_fetched_once_and_only_those_of_new_mail(
    server: LyingImap, reception: SmallReception, poll: Poll
) -> None:
    for number in range(200):
        server.add(make_mail(number, body=b"z" * 10_000))
    poller = poll(make_account(server.port, start="now", poll_seconds=0.02, reconcile_seconds=0.1))
    wait_until(lambda: poller.states()[0].connected)
    new = [make_mail(f"new {n}", body=b"n" * 10_000) for n in range(5)]
    for mail in new:
        server.add(mail)
    assert reception.wait_for(5) == new
    wait_until(lambda: sum("SEARCH ALL" in command for command in server.commands) >= 4)
    assert server.fetched_octets == sum(len(mail) for mail in new)
    assert server.logins == 1


_GRAMMAR = re.compile(
    r"""CAPABILITY|NOOP|IDLE|LOGOUT
      | LOGIN\ help@desk\.example\ "secret"
      | SELECT\ "?INBOX"?
      | UID\ SEARCH\ (ALL|UID\ [0-9,:*]+)
      | UID\ FETCH\ [0-9,]+\ \((RFC822\.SIZE|INTERNALDATE|BODY\.PEEK\[\]|BODY\.PEEK\[HEADER\]<0\.65536>)\)
      | UID\ MOVE\ [0-9,]+\ "Processed"
    """,
    re.VERBOSE,
)


def test_nothing_from_a_mail_ever_becomes_a_command(server: LyingImap, reception: SmallReception, poll: Poll) -> None:
    evil = b'x"\r\nX1 STORE 1:* +FLAGS (\\Deleted)\r\nX2 EXPUNGE'
    for number in range(3):
        server.add(b'Message-ID: <"\\" {5}\r\n A1 EXPUNGE>\r\nSubject: %s %d\r\n\r\n%s' % (evil, number, evil))
    poll(make_account(server.port, after="move", size_limit=150))
    reception.wait_for(3)
    server.add(make_mail(4, body=evil))
    reception.wait_for(4)
    wait_until(lambda: "IDLE" in server.commands)
    assert [command for command in server.commands if not _GRAMMAR.fullmatch(command)] == []
    assert {"BODY.PEEK[]", "BODY.PEEK[HEADER]<0.65536>"} <= {
        command.split("(")[-1].strip(")") for command in server.commands
    }
