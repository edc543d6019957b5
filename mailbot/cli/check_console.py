"""What ``mailbot check`` says of the console: who could come in, by which address, and whether the provider answers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mailbot.app import Desk


def try_console(desk: Desk) -> str:
    """Raises PermanentError where the identity provider of settings cannot be used."""
    console = desk.settings.console
    said = [f"reached at {desk.policy.console_url}" if desk.policy.console_url else "reached on this machine only"]
    if console.base_url and not console.proxies:
        said.append("proxies is empty: all visitors count as one place")
    said.append(_members(desk))
    if provider := _provider(desk):
        said.append(provider)
    return "; ".join(said)


def _members(desk: Desk) -> str:
    from mailbot.store import migration
    from mailbot.workflows.members import list_members

    if migration.find_revision(desk.engine) != migration.newest_revision():
        return f"{len(desk.policy.agents)} agents may come in"
    with desk.open_office(reads_only=True) as office:
        number = sum(member.role is not None for member in list_members(office))
    return f"{number} may come in" if number else "nobody may come in yet: mailbot admin invite ADDRESS"


def _provider(desk: Desk) -> str:
    from mailbot.doors import make_identity

    provider = make_identity(desk.settings)
    if provider is None:
        return ""
    from mailbot.console.room import IdentityTrouble
    from mailbot.desk.errors import PermanentError

    try:
        provider.look()
    except IdentityTrouble as error:
        raise PermanentError(f"{desk.settings.console.oidc.issuer}: {error}") from None
    return f"{provider.name} answers"
