"""The sections about monitoring systems: whose alerts may close incidents, and what a storm and a flap are."""

from __future__ import annotations

from typing import Annotated

from msgspec import Meta

from mailbot.settings.kinds import Network, NotNegative, Positive, Section, ShortName

Sender = Annotated[
    str,
    Meta(
        pattern=r"\A[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{0,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,252}[A-Za-z0-9])?\Z",
        description="an address, or a domain written @monitoring.example",
    ),
]


class MonitoringSource(Section, frozen=True, kw_only=True):
    name: ShortName
    senders: Annotated[tuple[Sender, ...], Meta(min_length=1)]
    networks: tuple[Network, ...] = ()
    expect_minutes: NotNegative = 0


class MonitoringSettings(Section, frozen=True, kw_only=True):
    storm_alerts: Annotated[int, Meta(ge=2)] = 5
    storm_minutes: Positive = 5
    flap_changes: Annotated[int, Meta(ge=2)] = 4
    flap_minutes: Positive = 60
    settle_minutes: Positive = 30
    sources: tuple[MonitoringSource, ...] = ()
