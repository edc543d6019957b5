"""What became of a mail, and why: what intake writes on its row."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mailbot.desk.vocabulary import Disposition


@dataclass(frozen=True, slots=True)
class Verdict:
    disposition: Disposition
    reasons: tuple[str, ...]
    ticket: int | None = None

    def because(self, reason: str) -> Verdict:
        """The same verdict with an earlier reason in front."""
        return replace(self, reasons=(reason, *self.reasons))
