"""Facts have names that never change, and say all they know in plain values."""

from __future__ import annotations

import json
from dataclasses import FrozenInstanceError, fields

import pytest

from mailbot.desk import journal
from tests.support.facts import FACTS, KINDS

NAMES = (
    "ticket_registered reply_received reply_held person_needed automatic_mail_recorded alert_recorded ticket_assigned "
    "note_added agent_replied resolution_proposed resolution_accepted resolution_verified ticket_reopened "
    "ticket_cancelled command_refused delivery_failed delivery_delayed notice_withheld wording_failed "
    "timer_failed "
    "ticket_routed escalated_to_group escalation_accepted escalation_returned escalation_expired "
    "ticket_paused ticket_resumed commands_answered "
    "priority_proposed priority_changed response_warned response_breached resolution_warned resolution_breached "
    "escalated_to_management promise_made promise_renewed promise_kept promise_missed status_told "
    "verification_reminded verification_postponed resolution_accepted_in_part person_affected "
    "personal_contact_needed resolution_expired acceptance_undone contact_joined "
    "ticket_linked ticket_unlinked ticket_merged ticket_took_over ticket_unmerged ticket_split split_undone "
    "known_error_recorded resolution_spread "
    "incident_recovered incident_broke_out alerts_folded source_fell_silent "
    "status_asked status_listed "
    "announcement_made announcement_updated announcement_ended announcement_matched announcement_denied "
    "change_proposed change_revised approvers_named approval_asked approval_reminded approval_given approval_refused "
    "change_approved change_declined change_scheduled freeze_overridden change_lapsed change_near change_overdue "
    "change_started change_implemented change_failed change_reviewed change_withdrawn change_announced"
)


def test_names_in_the_store_are_these() -> None:
    assert [journal.fact_name(kind) for kind in KINDS] == NAMES.split()


@pytest.mark.parametrize("fact", FACTS, ids=[f.name for f in FACTS])
def test_details_are_everything_beyond_ticket_time_actor_and_entry(fact: journal.Fact) -> None:
    own = {f.name for f in fields(fact)} - {"ticket", "at", "actor", "entry"}
    said = {name: getattr(fact, name) for name in own}
    assert json.loads(json.dumps(fact.details())) == {
        k: list(v) if isinstance(v, tuple) else v for k, v in said.items()
    }


@pytest.mark.parametrize("fact", FACTS, ids=[f.name for f in FACTS])
def test_what_happened_cannot_be_changed(fact: journal.Fact) -> None:
    with pytest.raises(FrozenInstanceError):
        fact.actor = "eve@evil.example"  # type: ignore[misc]
