"""Matrix E: all evidence against all actions, and what DMARC, tokens and unclear authors make of each other."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from mailbot.desk.correspondence import Authentication
from mailbot.desk.trust import Action, Evidence, Standing, may, weigh

CHECKED = Authentication(dmarc="none", dmarc_policy="reject", checked_by="mx.desk.example")
UNCHECKED = Authentication()
ABSENT = Authentication(dmarc="none", dmarc_policy="absent", checked_by="mx.desk.example")
WITHOUT_RESULT = Authentication(dmarc="temperror", checked_by="mx.desk.example")

# one character an evidence level, E0 to E5
MATRIX = {
    "open_ticket":   "yyyyyy",
    "append":        "--yyyy",
    "reopen":        "--yyyy",
    "accept":        "----yy",
    "approve":       "----yy",
    "agent_command": "----yy",
    "agent_close":   "-----y",
}  # fmt: skip
TOKEN_ALONE_IS_ENOUGH_UNCHECKED = {"accept", "approve", "agent_command"}


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("authentication", [CHECKED, WITHOUT_RESULT], ids=["checked", "checked without result"])
def test_action_needs_its_evidence(action: Action, authentication: Authentication) -> None:
    allowed = "".join("y" if may(action, Standing(e, True, authentication)) else "-" for e in Evidence)
    assert allowed == MATRIX[action.value]


@pytest.mark.parametrize("action", Action)
@pytest.mark.parametrize("authentication", [UNCHECKED, ABSENT], ids=["nobody looked", "no policy published"])
def test_the_token_alone_suffices_where_nothing_could_be_checked(
    action: Action, authentication: Authentication
) -> None:
    allowed = "".join("y" if may(action, Standing(e, True, authentication)) else "-" for e in Evidence)
    expected = MATRIX[action.value]
    assert allowed == (expected[:2] + "y" + expected[3:] if action in TOKEN_ALONE_IS_ENOUGH_UNCHECKED else expected)


@pytest.mark.parametrize("action", Action)
def test_an_agent_may_be_asked_for_dmarc_always(action: Action) -> None:
    standing = Standing(Evidence.E2, True, UNCHECKED)
    assert may(action, standing, agents_need_dmarc=True) == (may(action, standing) and action != "agent_command")


PASSED = {"dmarc": "pass", "checked_by": "mx.desk.example"}


@pytest.mark.parametrize(
    ("known", "token", "clear", "evidence"),
    [
        ({}, False, True, "E1"),
        ({}, True, True, "E2"),
        (PASSED, False, True, "E3"),
        (PASSED, True, True, "E4"),
        ({"dmarc": "fail", "checked_by": "mx.desk.example"}, False, True, "E0"),
        ({"dmarc": "fail", "checked_by": "mx.desk.example"}, True, True, "E0"),
        # a result that nobody whom we trust has given counts only against the sender
        ({"dmarc": "fail"}, True, True, "E0"),
        ({"dmarc": "pass"}, False, True, "E1"),
        ({"dmarc": "pass"}, True, True, "E2"),
        # SPF and DKIM without alignment prove nothing about From
        ({"dmarc": "none", "spf": "pass", "dkim": "pass", "checked_by": "mx.desk.example"}, False, True, "E1"),
        # two authors, or one that can be read in two ways
        (PASSED, True, False, "E0"),
        ({}, True, False, "E0"),
    ],
)
def test_evidence_is_weighed(known: dict[str, Any], token: bool, clear: bool, evidence: str) -> None:
    standing = weigh(Authentication(**known), token_valid=token, author_clear=clear)
    assert (standing.evidence.name, standing.token_valid) == (evidence, token)


def test_no_mail_reaches_what_needs_a_signed_in_person() -> None:
    results = ("", "pass", "fail", "none", "temperror", "permerror", "bestguesspass")
    policies = ("", "absent", "none", "quarantine", "reject")
    reached = {
        weigh(
            Authentication(dmarc=dmarc, dmarc_policy=policy, checked_by=by), token_valid=token, author_clear=clear
        ).evidence
        for dmarc, policy, by, token, clear in itertools.product(
            results, policies, ("", "mailbot"), (True, False), (True, False)
        )
    }
    assert reached == {Evidence.E0, Evidence.E1, Evidence.E2, Evidence.E3, Evidence.E4}


def test_contradicted_senders_may_only_open_tickets() -> None:
    worst = weigh(Authentication(dmarc="fail", dmarc_policy="absent"), token_valid=True, author_clear=True)
    assert [a.value for a in Action if may(a, worst)] == ["open_ticket"]


def test_an_agent_ends_a_ticket_by_mail_only_with_a_notice_that_nobody_used_up() -> None:
    for authentication in (CHECKED, UNCHECKED):
        for evidence in Evidence:
            standing = Standing(evidence, True, authentication)
            assert may(Action.AGENT_CLOSE, standing, fresh_notice=True) == may(Action.AGENT_COMMAND, standing)
    assert not may(
        Action.AGENT_CLOSE, Standing(Evidence.E2, True, UNCHECKED), agents_need_dmarc=True, fresh_notice=True
    )
    assert not may(Action.ACCEPT, Standing(Evidence.E2, True, CHECKED), fresh_notice=True)
