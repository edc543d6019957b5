"""Always somebody, never the absent, and the same again for the same: routing as its own rules and as properties."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from mailbot.desk.business_hours import Calendar
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.routing import Colleague, Route, RoutingRules, rank, route
from mailbot.desk.services import Matter, Service
from mailbot.desk.staff import Absence, Agent, Group, find_absence

NOON = datetime(2026, 11, 24, 11, 0, tzinfo=UTC)
"""A Tuesday, 12:00 in Stockholm."""
EVENING = NOON + timedelta(hours=8)
DAYS = Calendar(closes=17 * 60)
EARLY = Calendar("early", opens=6 * 60, closes=14 * 60)
GROUPS = (Group("desk"), Group("network"))
NETWORK = Service("network", words=(("sv", ("nätverk*",)),), group="network", skills=(("network", 2),))


def agent(name: str, *groups: str, **more: object) -> Agent:
    return Agent(Mailbox(f"{name}@desk.example"), groups or ("network",), **more)  # type: ignore[arg-type]


def away(name: str, first: date, last: date) -> Absence:
    return Absence(f"{name}@desk.example", first, last, "semester")


EXPERT = agent("eva", skills=(("network", 3),))
GOOD = agent("gun", skills=(("network", 2),))
BASIC = agent("bo", skills=(("network", 1),))
LAY = agent("lars")
DESK = agent("dora", "desk")


def go(*colleagues: Colleague, now: datetime = NOON, subject: str = "Nätverket", **rules: int) -> Route:
    return route(Matter(subject), (NETWORK,), GROUPS, colleagues, now, RoutingRules(**rules))  # type: ignore[arg-type]


def names(found: Route) -> list[tuple[str, int, bool]]:
    return [(m.agent.mailbox.address.partition("@")[0], m.score, m.able) for m in found.agents]


def test_the_most_skilled_comes_first_and_who_lacks_the_skill_is_not_chosen() -> None:
    found = go(*(Colleague(a) for a in (LAY, BASIC, GOOD, EXPERT, DESK)))
    assert names(found) == [("eva", 100, True), ("gun", 97, True), ("bo", 68, True), ("lars", 40, False)]
    assert (found.group, found.agent and found.agent.agent) == ("network", EXPERT)
    assert "not to be chosen: lacks network" in found.agents[-1].reasons


def test_load_decides_among_equals_and_a_full_agent_is_not_chosen() -> None:
    twin = agent("ada", skills=(("network", 3),))
    assert names(go(Colleague(twin, load=5), Colleague(EXPERT)))[0] == ("eva", 100, True)
    small = agent("sam", skills=(("network", 3),), capacity=3)
    assert names(go(Colleague(small, load=3), Colleague(BASIC)))[0] == ("bo", 68, True)


def test_the_absent_are_not_chosen_and_return_when_their_days_are_over() -> None:
    days = away("eva", date(2026, 11, 24), date(2026, 11, 25))
    found = go(Colleague(EXPERT, absences=(days,)), Colleague(GOOD))
    assert found.agent and found.agent.agent is GOOD
    assert "not to be chosen: away until 2026-11-25 (semester)" in found.agents[-1].reasons
    later = go(Colleague(EXPERT, absences=(days,)), Colleague(GOOD), now=NOON + timedelta(days=2))
    assert later.agent and later.agent.agent is EXPERT


def test_who_is_at_work_goes_before_who_is_more_skilled() -> None:
    gone = agent("eva", skills=(("network", 3),), calendar=EARLY)
    here = agent("gun", skills=(("network", 2),), calendar=DAYS)
    found = go(Colleague(gone), Colleague(here), now=NOON + timedelta(hours=3))
    assert found.agent and found.agent.agent is here
    assert "not to be chosen: others are at work sooner" in found.agents[-1].reasons


def test_at_night_the_best_of_those_who_begin_on_the_next_day_is_chosen() -> None:
    tomorrow = agent("gun", skills=(("network", 1),), calendar=DAYS)
    absent = Colleague(
        agent("eva", skills=(("network", 3),), calendar=EARLY), absences=(away("eva", *[date(2026, 11, 25)] * 2),)
    )
    weekend = agent("ulf", skills=(("network", 3),), calendar=Calendar(weekdays=frozenset({5})))
    found = go(Colleague(tomorrow), absent, Colleague(weekend), now=EVENING)
    assert found.agent and found.agent.agent is tomorrow


def test_where_all_of_a_group_are_away_the_desk_takes_it() -> None:
    days = away("eva", date(2026, 11, 20), date(2026, 12, 20))
    found = go(Colleague(EXPERT, absences=(days,)), Colleague(DESK))
    assert (found.group, found.agent and found.agent.agent) == ("desk", DESK)
    assert found.reasons[1] == "group desk: everybody in network is away"


def test_a_group_that_nobody_is_in_is_not_chosen_unless_it_has_an_address() -> None:
    assert go(Colleague(DESK)).group == "desk"
    shared = (Group("desk"), Group("network", "network@supplier.example"))
    assert route(Matter("Nätverket"), (NETWORK,), shared, (), NOON).group == "network"


def test_words_of_no_service_lead_to_the_desk() -> None:
    found = go(Colleague(EXPERT), Colleague(DESK), subject="Hej")
    assert (found.service, found.group, found.reasons[0]) == (None, "desk", "no words of any service: the desk looks")


def test_two_services_that_fit_equally_well_are_for_the_desk_to_tell_apart() -> None:
    twin = Service("radio", words=(("sv", ("radion",)),), group="network")
    found = route(Matter("Nätverket och radion"), (NETWORK, twin), GROUPS, (Colleague(EXPERT),), NOON)
    assert (found.service, found.group) == (None, "desk")
    assert found.reasons[0] == "network and radio fit equally well (3): the desk looks"


def test_too_weak_a_word_leads_to_the_desk() -> None:
    assert go(Colleague(EXPERT), least_score=4).reasons[0] == "network has 3 points and needs 4: the desk looks"


def test_the_desks_own_people_take_what_they_have_no_skill_for() -> None:
    first_aid = Service("network", words=NETWORK.words, skills=(("network", 2),))
    found = route(Matter("Nätverket"), (first_aid,), GROUPS, (Colleague(DESK),), NOON)
    assert found.agent and found.agent.agent is DESK


DATES = st.dates(date(2026, 11, 20), date(2026, 12, 1))
CALENDARS = st.sampled_from(
    [None, DAYS, EARLY, Calendar("never", weekdays=frozenset()), Calendar(zone=ZoneInfo("Asia/Tokyo"))]
)


@st.composite
def colleagues(draw: st.DrawFn) -> list[Colleague]:
    several = []
    for number in range(draw(st.integers(0, 6))):
        who = agent(
            f"a{number}",
            *draw(st.sets(st.sampled_from(["desk", "network", "gone"]), min_size=1)),
            skills=tuple((s, draw(st.integers(1, 3))) for s in draw(st.sets(st.sampled_from(["network", "radio"])))),
            calendar=draw(CALENDARS),
            capacity=draw(st.integers(0, 3)),
        )
        days = [
            Absence(who.mailbox.address, first, first + timedelta(draw(st.integers(0, 9))))
            for first in draw(st.lists(DATES, max_size=2))
        ]
        several.append(Colleague(who, draw(st.integers(0, 6)), tuple(days)))
    return several


MATTERS = st.sampled_from(["Nätverket är borta", "Hej", "radion", "nätverk radio"]).map(Matter)
SERVICES = st.lists(
    st.sampled_from(
        [
            NETWORK,
            Service("radio", words=(("sv", ("radio*",)),), group="gone", skills=(("radio", 3),)),
            Service("greeting", words=(("sv", ("hej",)),), group="nowhere"),
        ]
    ),
    unique_by=lambda s: s.name,
)
MOMENTS = st.datetimes(datetime(2026, 11, 20), datetime(2026, 11, 30)).map(lambda m: m.replace(tzinfo=UTC))


@given(MATTERS, SERVICES, colleagues(), MOMENTS)
def test_there_is_always_somebody_and_never_who_must_not_be(
    matter: Matter, services: list[Service], people: list[Colleague], now: datetime
) -> None:
    groups = (Group("desk"), Group("network"), Group("gone"))
    found = route(matter, services, groups, people, now)
    assert found.group in {g.name for g in groups}
    assert found == route(matter, services, groups, people, now)
    by_address = {c.agent.mailbox.address: c for c in people}
    if found.agent:
        chosen = by_address[found.agent.agent.mailbox.address]
        start = chosen.agent.works_from(now)
        assert start is not None and chosen.agent.is_in(found.group)
        assert find_absence(chosen.absences, chosen.agent.mailbox.address, chosen.agent.day_of(start)) is None
        assert not chosen.agent.capacity or chosen.load < chosen.agent.capacity
    if found.group != "desk":
        members = [c for c in people if c.agent.is_in(found.group)]
        assert members and found.service is not None
    assert all(0 <= m.score <= 100 for m in found.agents)


@given(colleagues(), MOMENTS, st.randoms())
def test_the_order_in_which_people_stand_in_settings_decides_nothing(
    people: list[Colleague], now: datetime, chance: object
) -> None:
    shuffled = list(people)
    chance.shuffle(shuffled)  # type: ignore[attr-defined]
    assert rank(people, "network", NETWORK.skills, now) == rank(shuffled, "network", NETWORK.skills, now)


@given(colleagues(), MOMENTS)
def test_more_work_never_makes_anybody_fit_better(people: list[Colleague], now: datetime) -> None:
    before = {m.agent: m.score for m in rank(people, "network", (), now)}
    busier = [Colleague(c.agent, c.load + 1, c.absences) for c in people]
    assert all(m.score <= before[m.agent] for m in rank(busier, "network", (), now))
