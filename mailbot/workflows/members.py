"""Who may come into the console: asked at every visit, changed by admins and at the command line.

Agents of the settings come in by themselves. Others are invited; an invitation can also raise the role of an agent.
"""

from __future__ import annotations

from dataclasses import replace

from mailbot.desk.access import AccessRole, Member
from mailbot.desk.correspondence import Mailbox
from mailbot.desk.errors import NotAllowed, PermanentError
from mailbot.desk.policy import Agent
from mailbot.store.access import Account
from mailbot.workflows.office import Office


class UnknownMember(PermanentError):
    def __init__(self, address: str) -> None:
        super().__init__(f"nobody with the address {address} may come into the console")


class BadAddress(PermanentError):
    """Nobody can be invited by this address."""


NOT_IN_ADDRESS = frozenset(' <>,;:"()[]\\')

COMMAND_LINE = Mailbox("", "command line")
"""Who acts where the console's rules for admins do not hold: whoever can run commands owns the desk."""


def find_member(office: Office, address: str) -> Member | None:
    """The person with this address who has, or had, a role; their own spelling of the address is in the answer."""
    # Only ASCII: lower() makes a plain k of the Kelvin sign, and then somebody else's address would be theirs.
    if not address.isascii():
        return None
    return _member(office.policy.find_agent(address), office.work.access.find_account(address))


def list_members(office: Office) -> list[Member]:
    """Everybody who has a role, and those who were shut out, by address."""
    accounts = {account.address.lower(): account for account in office.work.access.list_accounts()}
    agents = {agent.mailbox.address.lower(): agent for agent in office.policy.agents}
    found = (_member(agents.get(key), accounts.get(key)) for key in sorted({*accounts, *agents}))
    return [member for member in found if member]


def _member(agent: Agent | None, account: Account | None) -> Member | None:
    if agent is None and account is None:
        return None
    member = Member(Mailbox(account.address, account.name)) if account else Member(Mailbox(""))
    if account:
        member = replace(
            member,
            given=AccessRole(account.role),
            invited_by=account.invited_by,
            invited_at=account.invited_at,
            removed_at=account.removed_at,
        )
    if agent:
        known = Mailbox(agent.mailbox.address, agent.mailbox.name or member.mailbox.name)
        role = AccessRole.ADMIN if agent.admin else AccessRole.AGENT
        member = replace(member, mailbox=known, by_settings=role, language=agent.language)
    return member


def save_role(office: Office, who: Mailbox, role: AccessRole, by: Mailbox) -> Member:
    """Give somebody a role, new or not, shut out before or not. Raises NotAllowed: nobody changes their own."""
    _not_oneself("role", who.address, by)
    known = find_member(office, who.address)
    kept = known.mailbox if known else who
    name = who.name or kept.name
    invited = Account(kept.address, name, role.value, by.address or by.name, office.now)
    office.work.access.save_account(invited)
    return get_member(office, kept.address)


def change_role(office: Office, address: str, role: AccessRole, by: Mailbox) -> Member:
    """Another role for somebody who has one; from their next click.

    Raises:
        NotAllowed: nobody changes their own role, and settings that give more stand above an invitation.
        UnknownMember: nobody with this address may come in.
    """
    member = get_member(office, address)
    if member.by_settings and role.height < member.by_settings.height:
        raise NotAllowed("role", f"{member.mailbox.address} is {member.by_settings.value} by the settings file")
    return save_role(office, member.mailbox, role, by)


def remove_member(office: Office, address: str, by: Mailbox) -> Member:
    """Shut somebody out, at once: no session, no link and no identity of theirs opens anything any longer.

    Raises:
        NotAllowed: nobody shuts themselves out, so that somebody is left.
        UnknownMember: nobody with this address may come in.
    """
    _not_oneself("remove", address, by)
    member = get_member(office, address)
    kept = office.work.access.find_account(address)
    role = member.role or AccessRole.READER
    shut = kept or Account(member.mailbox.address, member.mailbox.name, role.value, by.address or by.name, office.now)
    office.work.access.save_account(replace(shut, removed_at=office.now))
    office.work.access.end_sessions(address, office.now)
    office.work.access.untie_identities(address)
    office.work.sign_ins.end_links(address, office.now, "withdrawn")
    return member


def get_member(office: Office, address: str) -> Member:
    """Raises UnknownMember: nobody with this address may come in."""
    member = find_member(office, address)
    if member is None or member.role is None:
        raise UnknownMember(address)
    return member


def read_address(office: Office, text: str) -> str:
    """An address that somebody may be invited by. Raises BadAddress: it is none, or the desk's own."""
    address = text.strip()
    local, _, domain = address.rpartition("@")
    plain = address.isascii() and address.isprintable() and not NOT_IN_ADDRESS.intersection(address)
    if not (local and domain.strip(".-") and plain and len(address) <= 254 and "@" not in local):
        raise BadAddress(f"{text!r} is not an e-mail address")
    if office.policy.is_ours(address):
        raise BadAddress(f"{address} is the desk's own address: invite people by theirs")
    return address


def read_role(text: str) -> AccessRole:
    """Raises PermanentError: there is no such role."""
    try:
        return AccessRole(text)
    except ValueError:
        raise PermanentError(f"there is no role {text!r}; there are {', '.join(AccessRole)}") from None


def _not_oneself(action: str, address: str, by: Mailbox) -> None:
    if by.address and by.address.lower() == address.lower():
        raise NotAllowed(action, "nobody changes their own role: ask another admin, or use the command line")
