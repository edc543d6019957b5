"""Who is told of what: the table is complete, and machines are answered by nothing that has no budget."""

from __future__ import annotations

from mailbot.desk import journal
from mailbot.desk.notices import OCCASIONS, Audience, occasions_of
from mailbot.desk.vocabulary import NoticeKind
from tests.support.facts import FACTS

TABLE = {
    "ticket_registered": ["receipt requester automatic", "agent_new_ticket workers"],
    "ticket_assigned": ["agent_new_ticket assignee"],
    "reply_received": ["agent_new_reply workers"],
    "reply_held": ["agent_new_reply workers"],
    "agent_replied": ["public_reply requester"],
    "resolution_proposed": ["resolution asked"],
    "resolution_accepted": ["closed asked automatic"],
    "resolution_verified": ["closed asked"],
    "ticket_reopened": ["reopened asked automatic", "agent_new_reply workers"],
    "person_needed": ["agent_new_reply workers"],
    "ticket_cancelled": ["cancelled requester"],
    "command_refused": ["refused_command person automatic"],
    "escalated_to_group": ["handover workers"],
    "escalation_returned": ["ticket_back owner"],
    "escalation_expired": ["ticket_back owner"],
    "ticket_resumed": ["ticket_back workers"],
    "commands_answered": ["command_transcript person"],
    "ticket_routed": [],
    "escalation_accepted": [],
    "ticket_paused": [],
    "response_warned": ["service_level workers"],
    "response_breached": ["service_level workers"],
    "resolution_warned": ["service_level workers"],
    "resolution_breached": ["service_level workers"],
    "escalated_to_management": ["service_level management"],
    "promise_renewed": ["promise_renewed requester automatic"],
    "status_told": ["heartbeat requester automatic"],
    "status_asked": ["status person automatic"],
    "status_listed": [],
    "verification_reminded": ["verification_reminder silent"],
    "acceptance_undone": ["verification_reminder asked"],
    "resolution_accepted_in_part": ["acceptance_noted person automatic"],
    "person_affected": ["resolution person"],
    "personal_contact_needed": ["contact_needed owner"],
    "resolution_expired": ["closed asked"],
    # told to nobody
    "verification_postponed": [],
    "priority_proposed": [],
    "priority_changed": [],
    "promise_made": [],
    "promise_kept": [],
    "promise_missed": [],
    "automatic_mail_recorded": [],
    "alert_recorded": [],
    "note_added": [],
    "delivery_delayed": [],
    "delivery_failed": [],
    "notice_withheld": [],
    "wording_failed": [],
    "timer_failed": [],
    "contact_joined": [],
    "ticket_linked": [],
    "ticket_unlinked": [],
    "ticket_merged": [],
    "ticket_took_over": [],
    "ticket_unmerged": [],
    "ticket_split": [],
    "split_undone": [],
    "known_error_recorded": [],
    "resolution_spread": [],
    "incident_recovered": [],
    "incident_broke_out": [],
    "alerts_folded": [],
    "source_fell_silent": [],
    "announcement_made": [],
    "announcement_updated": [],
    "announcement_ended": [],
    "announcement_matched": [],
    "announcement_denied": [],
    "change_proposed": [],
    "change_revised": [],
    "approvers_named": [],
    "approval_asked": ["approval_asked person"],
    "approval_reminded": ["approval_asked person"],
    "approval_given": ["approval_noted person automatic"],
    "approval_refused": ["approval_noted person automatic"],
    "change_approved": ["change_news workers"],
    "change_declined": ["change_news workers"],
    "change_scheduled": [],
    "freeze_overridden": [],
    "change_lapsed": ["change_news workers"],
    "change_near": ["change_news workers"],
    "change_overdue": ["change_news workers"],
    "change_started": [],
    "change_implemented": [],
    "change_failed": [],
    "change_reviewed": [],
    "change_withdrawn": [],
    "change_announced": [],
}


def test_each_fact_is_told_to_whom_it_should() -> None:
    told = {
        fact.name: [f"{o.notice} {o.audience}{' automatic' if o.automatic else ''}" for o in occasions_of(fact)]
        for fact in FACTS
    }
    assert told == TABLE


def test_each_notice_has_an_occasion() -> None:
    letters = {NoticeKind.SIGN_IN_LINK, NoticeKind.WATCH_LIST, NoticeKind.UNSUBSCRIBED}
    events = {NoticeKind.EVENT_ANNOUNCED, NoticeKind.EVENT_UPDATED, NoticeKind.EVENT_ENDED}
    assert {o.notice for occasions in OCCASIONS.values() for o in occasions} == set(NoticeKind) - letters - events


def test_notices_to_agents_answer_no_mail_and_internal_notes_reach_no_requester() -> None:
    for fact, occasions in OCCASIONS.items():
        for occasion in occasions:
            if occasion.audience in (Audience.WORKERS, Audience.ASSIGNEE):
                assert not occasion.automatic, fact
    assert journal.NoteAdded not in OCCASIONS
