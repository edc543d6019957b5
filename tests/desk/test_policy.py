"""The desk as configured: which addresses are its own, and who is meant by a name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import AmbiguousPerson, UnknownPerson
from mailbot.desk.policy import Agent, Group, Policy
from mailbot.desk.reference import Keyring, ReplyToken, reply_address
from mailbot.desk.services import Service

RING = Keyring((("a", b"k" * 32),))
LISA = Agent(Mailbox("Lisa@desk.example", "Lisa Lind"), ("desk",))
OMAR = Agent(Mailbox("omar@desk.example", "Omar Nasser"), ("Network", "desk"))
OTHER_LISA = Agent(Mailbox("lisa@branch.example", "Lisa Ek"), ("network",))
POLICY = Policy(
    name="Servicedesk",
    addresses=("support@desk.example", "it@desk.example", "town+it@desk.example"),
    domain="desk.example",
    keyring=RING,
    agents=(LISA, OMAR, OTHER_LISA),
    groups=(Group("desk"), Group("Network", "net@desk.example")),
)


@pytest.mark.parametrize(
    ("address", "own"),
    [
        ("support@desk.example", "support@desk.example"),
        ("Support@DESK.example", "support@desk.example"),
        ("<support@desk.example>", "support@desk.example"),
        ("support+1042-7-1-kxyz@desk.example", "support@desk.example"),
        ("SUPPORT+a+b@desk.example", "support@desk.example"),
        ("town+it@desk.example", "town+it@desk.example"),
        ("town+it+1042-7-1-kxyz@desk.example", "town+it@desk.example"),
        ("town@desk.example", ""),
        ("town+other@desk.example", ""),
        ("support@other.example", ""),
        ("support@sub.desk.example", ""),
        ("xsupport@desk.example", ""),
        ("support", ""),
        ("@desk.example", ""),
        ("+support@desk.example", ""),
        ("support@desk.example@evil.example", ""),
        ("support%desk.example@evil.example", ""),
        ("", ""),
    ],
)
def test_own_address_is_known_with_and_without_detail(address: str, own: str) -> None:
    assert (POLICY.own_address(address), POLICY.is_ours(address)) == (own, own != "")


@pytest.mark.parametrize(
    ("address", "queue"),
    [
        ("postmaster", "support@desk.example"),
        ("<PostMaster>", "support@desk.example"),
        ("POSTMASTER@Desk.example", "support@desk.example"),
        ("postmaster@branch.example", "it@branch.example"),
        ("postmaster@other.example", ""),
        ("postmaster@desk.example@evil.example", ""),
        ("xpostmaster@desk.example", ""),
        ("support+x@desk.example", "support@desk.example"),
        ("nobody@desk.example", ""),
        ("nobody", ""),
        ("", ""),
    ],
)
def test_mail_for_the_postmaster_comes_to_the_desk(address: str, queue: str) -> None:
    assert replace(POLICY, addresses=("support@desk.example", "it@branch.example")).queue_of(address) == queue


@pytest.mark.parametrize("address", POLICY.addresses)
def test_reply_address_of_each_own_address_comes_back_to_it(address: str) -> None:
    assert POLICY.own_address(reply_address(RING, address, ReplyToken(1042, 7, 1))) == address


@pytest.mark.parametrize(
    ("who", "agent"),
    [
        ("omar", OMAR),
        ("OMAR@desk.example", OMAR),
        ("omar nasser", OMAR),
        (" Omar Nasser ", OMAR),
        ("lisa@desk.example", LISA),
        ("lisa lind", LISA),
        ("lisa@branch.example", OTHER_LISA),
    ],
)
def test_agent_is_found_by_address_local_part_or_name(who: str, agent: Agent) -> None:
    assert POLICY.get_agent(who) is agent


def test_name_that_two_agents_have_is_refused_and_both_are_named() -> None:
    with pytest.raises(AmbiguousPerson) as refused:
        POLICY.get_agent("lisa")
    assert str(refused.value) == "more than one is called lisa: write Lisa@desk.example or lisa@branch.example"


@pytest.mark.parametrize("who", ["eve", "", "omar@", "@desk.example", "mar", "network"])
def test_unknown_agent_is_refused_and_all_are_named(who: str) -> None:
    with pytest.raises(UnknownPerson) as refused:
        POLICY.get_agent(who)
    known = "Lisa@desk.example, omar@desk.example, lisa@branch.example"
    assert (type(refused.value), str(refused.value)) == (
        UnknownPerson,
        f"no agent or group is called {who}; known: {known}",
    )


def test_address_goes_before_a_name_that_looks_like_it() -> None:
    posing = Agent(Mailbox("eve@desk.example", "omar@desk.example"))
    policy = Policy("D", ("d@desk.example",), "desk.example", RING, agents=(posing, OMAR))
    assert policy.get_agent("omar@desk.example") is OMAR


@pytest.mark.parametrize(("address", "agent"), [("LISA@DESK.EXAMPLE", LISA), ("lisa", None), ("", None)])
def test_agent_as_sender_is_known_by_the_whole_address_alone(address: str, agent: Agent | None) -> None:
    assert POLICY.find_agent(address) is agent


def test_groups_and_their_members_are_found_in_any_case_of_letters() -> None:
    assert POLICY.find_group(" NETWORK ") is POLICY.groups[1]
    assert POLICY.find_group("net") is None
    assert list(POLICY.members("NETWORK")) == [OMAR, OTHER_LISA]
    assert list(POLICY.members("nobody")) == []


def test_a_group_is_found_by_what_people_call_its_service_and_first_by_its_own_name() -> None:
    radio = Service("radio", title="Nätverk", titles=(("en", "Wireless"),), group="network")
    desk = Service("network", title="Desk", group="desk")
    policy = replace(POLICY, services=(radio, desk))
    assert [policy.find_group(name) for name in ("nätverk", "WIRELESS", "radio")] == [POLICY.groups[1]] * 3
    assert policy.find_group("network") is POLICY.groups[1]
    assert policy.find_group("desk") is POLICY.groups[0]
    assert policy.find_group("") is None
