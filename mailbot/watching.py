"""Monitoring as settings have it becomes the desk's own values: a part of ``app``."""

from __future__ import annotations

from datetime import timedelta

from mailbot.desk.monitoring import MonitoringRules, Source
from mailbot.settings import Settings


def make_monitoring_rules(settings: Settings) -> MonitoringRules:
    monitoring = settings.monitoring
    return MonitoringRules(
        monitoring.storm_alerts,
        timedelta(minutes=monitoring.storm_minutes),
        monitoring.flap_changes,
        timedelta(minutes=monitoring.flap_minutes),
        timedelta(minutes=monitoring.settle_minutes),
    )


def make_sources(settings: Settings) -> tuple[Source, ...]:
    return tuple(
        Source(s.name, s.senders, s.networks, timedelta(minutes=s.expect_minutes) if s.expect_minutes else None)
        for s in settings.monitoring.sources
    )
