"""Services, ready answers, groups, agents and rules of routing: settings become the desk's own, a part of ``app``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from mailbot.agreements import WEEKDAYS, minutes_of
from mailbot.desk.business_hours import Calendar
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.first_aid import FirstAid
from mailbot.desk.routing import RoutingRules
from mailbot.desk.services import Service
from mailbot.desk.staff import Agent, Group
from mailbot.settings import Settings
from mailbot.settings.work import AgentSettings, ServiceSettings


def make_groups(settings: Settings) -> tuple[Group, ...]:
    return tuple(Group(g.name, g.address, g.accept_hours) for g in settings.groups)


def make_agents(settings: Settings, calendars: Sequence[Calendar]) -> tuple[Agent, ...]:
    """Without a group of their own, agents are in the first; without hours of their own, they have the desk's."""
    first = (settings.groups[0].name,)
    return tuple(
        Agent(
            Mailbox(a.address, a.name),
            a.groups or first,
            a.language,
            a.role == "admin",
            tuple(a.skills.items()),
            _calendar(a, calendars),
            a.capacity,
        )
        for a in settings.agents
    )


def make_services(settings: Settings) -> tuple[Service, ...]:
    return tuple(_service(s) for s in settings.services)


def make_first_aid(settings: Settings) -> tuple[FirstAid, ...]:
    return tuple(
        FirstAid(
            name=a.name,
            title=a.title,
            titles=tuple(a.titles.items()),
            texts=tuple((language, text.strip()) for language, text in a.text.items()),
            services=a.services,
            words=tuple(a.words.items()),
        )
        for a in settings.first_aid
    )


def make_rules(settings: Settings) -> RoutingRules:
    routing, watch = settings.routing, settings.watch_list
    return RoutingRules(
        assign=routing.assign,
        least_score=routing.least_score,
        accept_hours=routing.accept_hours,
        all_transcripts=routing.transcripts == "always",
        watch_list=watch.on,
        watch_list_minute=minutes_of(watch.time),
        watch_after_hours=watch.after_hours,
    )


def _calendar(agent: AgentSettings, calendars: Sequence[Calendar]) -> Calendar:
    """The named calendar, or the desk's, with the agent's own hours and weekdays in it."""
    calendar = next((c for c in calendars if c.name == agent.calendar), calendars[0])
    if agent.works_from:
        opens, closes = minutes_of(agent.works_from), minutes_of(agent.works_to)
        calendar = replace(calendar, name=agent.address, opens=opens, closes=closes)
    if agent.works_on:
        days = frozenset(WEEKDAYS.index(day) for day in agent.works_on)
        calendar = replace(calendar, name=agent.address, weekdays=days)
    return calendar


def _service(s: ServiceSettings) -> Service:
    return Service(
        name=s.name,
        title=s.title,
        titles=tuple(s.titles.items()),
        words=tuple(s.words.items()),
        group=s.group,
        skills=tuple(s.skills.items()),
        impact=s.impact,
        urgency=s.urgency,
        customers=s.customers,
        addresses=tuple(address.lower() for address in s.addresses),
    )
