"""Services, groups and agents that are right one by one but not together."""

from __future__ import annotations

from collections.abc import Iterator

from mailbot.settings.agreements_checking import Contradiction
from mailbot.settings.sections import Settings
from mailbot.settings.work import AgentSettings


def find_misplaced(settings: Settings) -> Iterator[Contradiction]:
    groups = [group.name.lower() for group in settings.groups]
    if len(set(groups)) < len(groups) or not groups:
        yield ("groups",), "", "at least one group, and no name twice"
    yield from _agents(settings, groups)
    yield from _services(settings, groups)


def _agents(settings: Settings, groups: list[str]) -> Iterator[Contradiction]:
    taken = {address.lower() for address in settings.desk.addresses}
    calendars = [calendar.name for calendar in settings.calendars]
    for number, agent in enumerate(settings.agents):
        at = ("agents", number)
        if agent.address.lower() in taken:
            allowed = "an address of its own, not used by another agent or the desk"
            yield (*at, "address"), f'"{agent.address}"', allowed
        taken.add(agent.address.lower())
        for group in agent.groups:
            if group.lower() not in groups:
                yield (*at, "groups"), f'"{group}"', f"one of the groups: {', '.join(groups)}"
        if agent.calendar and agent.calendar not in calendars:
            yield (*at, "calendar"), f'"{agent.calendar}"', f"one of the calendars: {', '.join(calendars)}"
        yield from _hours(agent, at)


def _hours(agent: AgentSettings, at: tuple[str | int, ...]) -> Iterator[Contradiction]:
    if bool(agent.works_from) != bool(agent.works_to):
        yield (*at, "works_to"), f'"{agent.works_to}"', "set works_from and works_to together, or neither"
    elif agent.works_from and agent.works_to <= agent.works_from:
        yield (*at, "works_to"), f'"{agent.works_to}"', f"a time after works_from ({agent.works_from})"


def _services(settings: Settings, groups: list[str]) -> Iterator[Contradiction]:
    customers = [customer.name for customer in settings.customers]
    skills = {skill for agent in settings.agents for skill in agent.skills}
    own = {address.lower() for address in settings.desk.addresses}
    names: set[str] = set()
    for number, service in enumerate(settings.services):
        at = ("services", number)
        if service.name in names:
            yield (*at, "name"), f'"{service.name}"', "a name that no other service has"
        names.add(service.name)
        if service.group and service.group.lower() not in groups:
            yield (*at, "group"), f'"{service.group}"', f"one of the groups: {', '.join(groups)}"
        for skill in sorted(set(service.skills) - skills):
            yield (
                (*at, "skills"),
                f'"{skill}"',
                f"a skill of some agent: {', '.join(sorted(skills)) or 'there is none'}",
            )
        for name in sorted(set(service.customers) - set(customers)):
            yield (*at, "customers"), f'"{name}"', f"one of the customers: {', '.join(customers) or 'there is none'}"
        for address in service.addresses:
            if address.lower() not in own:
                yield (*at, "addresses"), f'"{address}"', f"one of desk.addresses: {', '.join(sorted(own))}"
        words = [word for several in service.words.values() for word in several]
        if not service.addresses and not any(c.isalnum() for word in words for c in word):
            yield (*at, "words"), "", "at least one word or address that points to the service"
