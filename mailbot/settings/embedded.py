"""Whether settings describe a desk that is being tried out: no mail comes from or goes to anywhere but this machine."""

from __future__ import annotations

from ipaddress import ip_address

from mailbot.settings.sections import Settings


def is_demo_open(settings: Settings) -> bool:
    """The demo inbox opens on the embedded default alone: outgoing mail in a folder, every door on a loopback address,
    no mailbox to collect, no agents, nothing in front of the console. Any of these means that a real desk begins."""
    console, smtp, lmtp = settings.console, settings.smtp, settings.lmtp
    doors = [console.host, smtp.host, *([lmtp.host] if lmtp.on and not lmtp.socket else [])]
    real = settings.imap or settings.agents or console.base_url or console.proxies or settings.delivery.mode != "folder"
    return console.on and console.demo and smtp.on and not real and all(map(_is_loopback, doors))


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
