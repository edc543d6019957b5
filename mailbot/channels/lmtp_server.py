"""The LMTP session (RFC 2033): for those who keep a mail server of their own in front of the desk."""

from __future__ import annotations

from mailbot.channels.smtp_hooks import commands_named
from mailbot.channels.smtp_server import SmtpSession


class LmtpSession(SmtpSession):
    """LHLO in place of EHLO, and after the final dot one reply for each RCPT that was accepted, in their order."""

    commands = commands_named("LHLO MAIL RCPT DATA RSET NOOP QUIT VRFY EXPN HELP STARTTLS")
    way_in, banner = "lmtp", "LMTP ready"

    async def smtp_LHLO(self, name: str | None) -> None:
        await self._greet(name, extended=True)

    def _answers(self) -> int:
        return len(self.envelope.rcpt_tos)
