"""How many connections one client may have."""

import pytest

from mailbot.channels.smtp_limits import ConnectionLimits, SmtpDoorSettings, client_of


def test_open_connections_are_counted_per_address_and_given_back() -> None:
    limits = ConnectionLimits(SmtpDoorSettings(connections_per_address=2))
    assert [limits.admit("192.0.2.1", 0.0) for _ in range(3)] == [True, True, False]
    assert limits.admit("192.0.2.2", 0.0)
    limits.release("192.0.2.1")
    assert [limits.admit("192.0.2.1", 0.0) for _ in range(2)] == [True, False]


def test_new_connections_are_counted_per_minute() -> None:
    limits = ConnectionLimits(SmtpDoorSettings(new_connections_per_minute=3))
    admitted = []
    for second in (0.0, 1.0, 2.0, 3.0, 59.0, 61.0):
        admitted.append(limits.admit("192.0.2.1", second))
        if admitted[-1]:
            limits.release("192.0.2.1")
    assert admitted == [True, True, True, False, False, True]


@pytest.mark.parametrize("address", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_programs_on_this_machine_may_come_as_often_as_they_like(address: str) -> None:
    limits = ConnectionLimits(SmtpDoorSettings(new_connections_per_minute=1, connections_per_address=2))
    assert [limits.admit(address, 0.0) for _ in range(3)] == [True, True, False]
    limits.release(address)
    assert limits.admit(address, 0.0)


def test_all_connections_together_have_a_limit() -> None:
    limits = ConnectionLimits(SmtpDoorSettings(connections=2))
    assert [limits.admit(f"192.0.2.{n}", 0.0) for n in range(3)] == [True, True, False]


def test_unlimited_networks_and_unix_sockets_are_not_counted() -> None:
    settings = SmtpDoorSettings(connections_per_address=1, unlimited_networks=("192.0.2.0/24", "2001:db8::/32"))
    limits = ConnectionLimits(settings)
    for address in ("192.0.2.7", "2001:db8::1", ""):
        assert [limits.admit(address, 0.0) for _ in range(3)] == [True, True, True]


def test_clients_of_lmtp_are_not_counted() -> None:
    limits = ConnectionLimits(SmtpDoorSettings(connections_per_address=1, protocol="lmtp"))
    assert [limits.admit("192.0.2.7", 0.0) for _ in range(3)] == [True, True, True]


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.1", "192.0.2.1"),
        ("::ffff:192.0.2.1", "192.0.2.1"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", ""),
    ],
)
def test_client_is_an_address_or_an_ipv6_network(address: str, client: str) -> None:
    assert client_of(address) == client


def test_many_quiet_clients_are_forgotten() -> None:
    limits = ConnectionLimits(SmtpDoorSettings())
    for n in range(10_001):
        address = f"10.{n >> 16}.{n >> 8 & 255}.{n & 255}"
        limits.admit(address, 0.0)
        limits.release(address)
    limits.admit("192.0.2.1", 100.0)
    assert list(limits._clients) == ["192.0.2.1"]
