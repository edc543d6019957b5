"""Skills-based routing: a matter leads to a service, a support group and an agent, and every step says why.

There is always somebody: where no service fits, two fit equally well, or all of a group are away, it is the desk's own
group. The choice is a pure function of what it is given: the same again gives the same again.

An agent's score has three parts: skill (0-60), room for more work (0-30), at work now (0 or 10). Absent agents, full
ones and, outside the desk's own group, those who lack a needed skill are never chosen, whatever their score.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from mailbot.desk.services import Matter, Service, ServiceMatch, find_services
from mailbot.desk.staff import Absence, Agent, Group, Level, find_absence

SKILL_POINTS, ROOM_POINTS, HOURS_POINTS = 60, 30, 10
MEDIAN_LOAD = 5
"""With so many tickets, an agent of unlimited capacity has half the points for room."""


@dataclass(frozen=True, slots=True)
class RoutingRules:
    """``assign``: an agent is given the ticket at once, not only the group. ``least_score`` is what a service needs.

    ``accept_hours`` is how many working hours a group has to accept what it is handed, 0 for no limit;
    ``watch_after_hours`` how old, in working hours, a ticket gets before it stands on the desk's watch-list.
    """

    assign: bool = False
    least_score: int = 1
    accept_hours: int = 4
    all_transcripts: bool = True
    """Agents who command by mail are told what was done, and not only what was not."""
    watch_list: bool = True
    watch_list_minute: int = 7 * 60 + 30
    """Minutes after midnight, on the desk's own wall."""
    watch_after_hours: int = 16


@dataclass(frozen=True, slots=True)
class Colleague:
    """An agent as things stand: how many open tickets they have, and the absences known of them."""

    agent: Agent
    load: int = 0
    absences: tuple[Absence, ...] = ()


@dataclass(frozen=True, slots=True)
class AgentMatch:
    """How well an agent fits. ``able``: may be chosen now. ``reasons`` say what the score and the verdict come from."""

    agent: Agent
    score: int
    able: bool
    reasons: tuple[str, ...]
    load: int = 0
    works_from: datetime | None = None

    @property
    def order(self) -> tuple[int, int, str]:
        return -self.score, self.load, self.agent.mailbox.address.lower()


@dataclass(frozen=True, slots=True)
class Route:
    """Where a matter goes. ``agent`` is the best there is, or None; whether it is also given to them, settings say."""

    services: tuple[ServiceMatch, ...]
    service: Service | None
    group: str
    agents: tuple[AgentMatch, ...]
    agent: AgentMatch | None
    reasons: tuple[str, ...]

    @property
    def score(self) -> int:
        """Of the service chosen; 0 where none was."""
        return next((m.score for m in self.services if m.service is self.service), 0)


def route(
    matter: Matter,
    services: Sequence[Service],
    groups: Sequence[Group],
    colleagues: Sequence[Colleague],
    now: datetime,
    rules: RoutingRules | None = None,
) -> Route:
    """The way of a matter. ``groups`` must not be empty: the first is the desk's own."""
    found = find_services(matter, services)
    service, why = _named(matter, services) or _choose_service(found, rules or RoutingRules())
    first = groups[0].name
    group, why_group = _choose_group(service, groups, colleagues, now)
    agents = rank(colleagues, group, service.skills if service else (), now, strict=group.lower() != first.lower())
    best = next((match for match in agents if match.able), None)
    why_agent = f"{best.agent.mailbox.address} fits best ({best.score})" if best else f"nobody of {group} can be chosen"
    return Route(found, service, group, agents, best, (why, why_group, why_agent))


def rank(
    colleagues: Iterable[Colleague],
    group: str,
    skills: Sequence[tuple[str, int]],
    now: datetime,
    *,
    strict: bool = True,
) -> tuple[AgentMatch, ...]:
    """The members of a group, best first, those who may be chosen before the others.

    Those at work go before all others. While nobody who could be chosen is at work, those may be who begin first.
    ``strict``: who lacks a needed skill cannot be chosen.
    """
    weighed = [_weigh(c, skills, now, strict) for c in colleagues if c.agent.is_in(group)]
    starts = [m.works_from for m in weighed if m.able and m.works_from]
    earliest = min((m.agent.day_of(m.works_from) for m in weighed if m.able and m.works_from), default=None)
    someone_now = now in starts
    settled = [_only_first(m, now, someone_now, earliest) for m in weighed]
    return tuple(sorted(settled, key=lambda m: (not m.able, *m.order)))


def _named(matter: Matter, services: Sequence[Service]) -> tuple[Service, str] | None:
    """The service that somebody chose, whatever the words say."""
    named = next((s for s in services if matter.service and s.name == matter.service), None)
    return (named, f"service {named.name}: chosen by whoever registered it") if named else None


def _choose_service(found: Sequence[ServiceMatch], rules: RoutingRules) -> tuple[Service | None, str]:
    if not found:
        return None, "no words of any service: the desk looks"
    best = found[0]
    if best.score < rules.least_score:
        return None, f"{best.service.name} has {best.score} points and needs {rules.least_score}: the desk looks"
    equal = [m.service for m in found if m.score == best.score]
    if len(equal) > 1:
        return None, f"{' and '.join(s.name for s in equal)} fit equally well ({best.score}): the desk looks"
    return best.service, f"service {best.service.name} ({best.score}): {', '.join(map(str, best.found))}"


def _choose_group(
    service: Service | None, groups: Sequence[Group], colleagues: Sequence[Colleague], now: datetime
) -> tuple[str, str]:
    first = groups[0].name
    if service is None or not service.group:
        return first, f"group {first}: the desk's own"
    group = next((g for g in groups if g.name.lower() == service.group.lower()), None)
    if group is None:
        return first, f"group {first}: there is no group {service.group}"
    if group.name == first or group.address:
        return group.name, f"group {group.name}: supports {service.name}"
    members = [c for c in colleagues if c.agent.is_in(group.name)]
    if not members:
        return first, f"group {first}: nobody is in {group.name}"
    if all(_absence_of(c, now) for c in members):
        return first, f"group {first}: everybody in {group.name} is away"
    return group.name, f"group {group.name}: supports {service.name}"


def _weigh(colleague: Colleague, skills: Sequence[tuple[str, int]], now: datetime, strict: bool) -> AgentMatch:
    agent = colleague.agent
    start = agent.works_from(now)
    skill, skill_words, lacking = _skill(agent, skills)
    room = _room(agent, colleague.load)
    hours = HOURS_POINTS if start == now else 0
    against = []
    if start is None:
        against.append("never at work by their calendar")
    elif away := find_absence(colleague.absences, agent.mailbox.address, agent.day_of(start)):
        against.append(f"away until {away.last}{f' ({away.note})' if away.note else ''}")
    if agent.capacity and colleague.load >= agent.capacity:
        against.append(f"full: {colleague.load} of {agent.capacity} tickets")
    if strict and lacking:
        against.append(f"lacks {', '.join(lacking)}")
    reasons = (
        f"skill {skill}: {skill_words}",
        f"room {room}: {colleague.load}{f' of {agent.capacity}' if agent.capacity else ''} open tickets",
        f"hours {hours}: {_hours(agent, start, now)}",
        *(f"not to be chosen: {reason}" for reason in against),
    )
    return AgentMatch(agent, skill + room + hours, not against, reasons, colleague.load, start)


def _hours(agent: Agent, start: datetime | None, now: datetime) -> str:
    if start is None:
        return "never at work"
    local = start.astimezone(agent.calendar.zone) if agent.calendar else start
    return "at work" if start == now else f"at work from {local:%Y-%m-%d %H:%M}"


def _skill(agent: Agent, skills: Sequence[tuple[str, int]]) -> tuple[int, str, list[str]]:
    """Points, how they came about, and the needed skills that the agent lacks altogether.

    Five sixths are for reaching what is needed, the rest for how far the agent is on the way to an expert.
    """
    if not skills:
        return SKILL_POINTS, "none is needed", []
    shares, words, lacking = [], [], []
    for name, least in skills:
        level = agent.level_of(name)
        shares.append(5 * min(level / max(least, 1), 1) + level / Level.EXPERT)
        words.append(f"{name} {level}, needed {least}")
        if not level:
            lacking.append(name)
    return round(SKILL_POINTS * sum(shares) / 6 / len(shares)), ", ".join(words), lacking


def _room(agent: Agent, load: int) -> int:
    if agent.capacity:
        return round(ROOM_POINTS * max(0.0, 1 - load / agent.capacity))
    return round(ROOM_POINTS * MEDIAN_LOAD / (MEDIAN_LOAD + load))


def _only_first(match: AgentMatch, now: datetime, someone_now: bool, earliest: date | None) -> AgentMatch:
    """Take out who could be chosen only later than others."""
    start = match.works_from
    if not match.able or start is None or start == now:
        return match
    if someone_now or match.agent.day_of(start) != earliest:
        return replace(match, able=False, reasons=(*match.reasons, "not to be chosen: others are at work sooner"))
    return match


def _absence_of(colleague: Colleague, now: datetime) -> bool:
    """Whether the agent is away when they would next be at work."""
    start = colleague.agent.works_from(now)
    day = colleague.agent.day_of(start) if start else None
    return day is None or find_absence(colleague.absences, colleague.agent.mailbox.address, day) is not None
