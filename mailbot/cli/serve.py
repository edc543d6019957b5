"""``mailbot serve``: the desk at work, until SIGTERM or Ctrl-C."""

from __future__ import annotations

import contextlib
import errno
import signal
import threading
from typing import TYPE_CHECKING, TextIO

import click

from mailbot.cli.opening import Failure, open_desk, telling_errors

if TYPE_CHECKING:
    from mailbot.running import RunningDesk


@click.command("serve")
@click.option(
    "--only",
    metavar="PARTS",
    default="",
    help="Run only these, with commas between: smtp,lmtp,imap,console,intake,delivery,timetable.",
)
@click.pass_context
@telling_errors
def command(ctx: click.Context, only: str) -> None:
    """Run the desk. Prints one line «ready …» with its doors when mail is accepted.

    \b
    Examples:
      mailbot serve
      mailbot serve --only smtp              a door; other processes do the rest
      mailbot serve --only intake,delivery
    """
    from mailbot.running import PARTS, RunningDesk
    from mailbot.store.engine import shown_url

    parts = frozenset(p.strip() for p in only.split(",") if p.strip()) or frozenset(PARTS)
    unknown = sorted(parts - set(PARTS))
    if unknown:
        raise click.UsageError(f"--only does not know {', '.join(unknown)}; there are {', '.join(PARTS)}.", ctx)
    desk = open_desk(ctx)
    _set_up_log(desk.settings.log.format, desk.settings.log.level)
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    running = RunningDesk(desk, parts)
    try:
        running.start()
    except OSError as error:
        running.stop()
        hint = _HINTS.get(error.errno or 0, "")
        raise Failure(f"a door cannot be opened: {error.strerror or error}{hint}") from None
    click.echo(
        " ".join(
            [
                "ready",
                *(f"{name}={where}" for name, where in running.ports.items()),
                f"store={shown_url(desk.settings.store.url)}",
            ]
        )
    )
    for line in _what_to_open(running):
        click.echo(line)
    stop.wait()
    running.stop()
    click.echo("stopped")


_HINTS = {
    errno.EADDRINUSE: "; is another desk running?",
    errno.EACCES: "; ports below 1024 need a right of their own (AmbientCapabilities=CAP_NET_BIND_SERVICE)",
}


def _what_to_open(running: RunningDesk) -> list[str]:
    """For somebody who starts it for the first time: where to look, and how to get in."""
    console = running.ports.get("console", "")
    if not running.demo_is_open or not console:
        return []
    return [
        f"Open {console}/demo in a browser on this machine: write to the desk, and see what it does.",
        "Its other pages need an account. Make yourself admin, and get the link that signs you in, with:",
        "  .venv/bin/mailbot admin invite YOUR@ADDRESS",
    ]


def _set_up_log(form: str, level: str) -> None:
    import logging
    import sys

    import structlog

    logging.basicConfig(stream=sys.stderr, level=level.upper(), format="%(message)s")
    logging.getLogger("apscheduler").setLevel(logging.WARNING)
    render = (
        structlog.processors.JSONRenderer(ensure_ascii=False)
        if form == "json"
        # Plain: the other formatters print local variables, and some of those are secret.
        else structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback
        )
    )
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelNamesMapping()[level.upper()]),
        logger_factory=structlog.PrintLoggerFactory(_Unfailing(sys.stderr)),  # type: ignore[arg-type]
        cache_logger_on_first_use=True,
    )


class _Unfailing:
    """A stream whose trouble stops nobody: mail goes on where the log's disk is full, or its reader has gone."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        with contextlib.suppress(OSError):
            self._stream.write(text)

    def flush(self) -> None:
        with contextlib.suppress(OSError):
            self._stream.flush()
