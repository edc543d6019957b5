"""Wordings written to break out, to hang or to flood: none reaches anything, none costs more than its bound."""

from __future__ import annotations

import json
import pickle
import resource
import subprocess
import sys
import time
from pathlib import Path

import pytest

from mailbot.desk.vocabulary import NoticeKind
from mailbot.reading_room import ReadingRoom, Unread
from mailbot.templates.check import Problem, check_wording
from mailbot.templates.render import packaged_wording, render_notice
from mailbot.templates.samples import sample_context
from mailbot.templates.sandbox import FAILURES
from mailbot.wording_room import MEGABYTES, SECONDS, Attempt, WordingRoom, prepare, work

ROOT = Path(__file__).resolve().parents[2]
KIND = NoticeKind.CLOSED

OBJECTS = (
    *("desk", "ticket", "ticket.opened_at", "desk.name", "recipient_name", "reopen_until", "evidence", "language"),
    *("marker", "spacer", "self", "self.text", "self.html", "loop", "caller", "super", "varargs", "kwargs"),
    *("panel", "quote", "facts", "answers", "progress", "box", "''", "[]", "()", "{}", "1", "1.5", "true", "none"),
    *("range", "dict", "lipsum", "cycler", "joiner", "namespace", "config", "request", "g", "context", "environment"),
    *("(desk.name|upper)", "(desk.name|lines)", "[desk][0]", "{'a': desk}.a", "(1, desk)[1]", "desk.timezone"),
)
ROADS = (
    "{}.__class__.__mro__[1].__subclasses__()",
    "{}.__init__.__globals__",
    "{}['__class__']",
    "{}['__cl' ~ 'ass__']",
    "{}|attr('__class__')",
    "{}.__reduce_ex__(2)",
    "{}.__dataclass_fields__",
    "{}.__getattribute__('__class__')",
    "{}.__module__",
    "{}.format.__self__",
    "'{{0.__class__}}'.format({})",
    "['{{0.__class__}}']|map('format', {})|list",
    "{}._TemplateReference__context",
    "{}.replace.__globals__",
    "{}._func.__globals__",
    "{}()",
)
WRITTEN_OUT = (
    "{{ cycler.__init__.__globals__.os.popen('id').read() }}",
    "{{ lipsum.__globals__['os'].popen('id').read() }}",
    "{{ self.__init__.__globals__.__builtins__.__import__('os').popen('id').read() }}",
    "{{ ''.__class__.__base__.__subclasses__()[104].__init__.__globals__['sys'].modules['os'] }}",
    "{{ url_for.__globals__ }}",
    "{{ get_flashed_messages.__globals__.__builtins__.open('/etc/passwd').read() }}",
    "{{ ()|attr('\\x5f\\x5fclass\\x5f\\x5f')|attr('\\x5f\\x5fbase\\x5f\\x5f') }}",
    "{{ desk|attr(['_'*2, 'class', '_'*2]|join) }}",
    "{% include '/etc/passwd' %}",
    "{% include ['/etc/passwd', 'layout.html.j2'] ignore missing %}",
    "{% import 'parts.html.j2' as parts %}{{ parts }}",
    "{% from 'parts.html.j2' import box %}{{ box }}",
    "{% extends '/etc/passwd' %}{% extends desk.name %}",
    "{% set x = desk.__class__ %}{{ x }}",
    "{% with x = desk.__class__ %}{{ x }}{% endwith %}",
    "{% macro m() %}{{ caller.__globals__ }}{% endmacro %}{{ m() }}",
    "{% for x in ().__class__.__base__.__subclasses__() %}{{ x }}{% endfor %}",
    "{% if ''.__class__.__mro__ %}{{ x }}{% endif %}",
    "{% call panel() %}{{ caller.__globals__ }}{% endcall %}",
    "{% filter attr('__class__') %}x{% endfilter %}",
    "{% autoescape false %}{{ desk.__class__ }}{% endautoescape %}",
    "{% do desk.__setattr__('name', 'x') %}",
    "{% trans %}x{% endtrans %}",
    "{% debug %}",
    "{{ desk.__class__(name='x', address='y').__init__.__globals__ }}",
    "{{ joiner.__init__.__globals__.os }}",
    "{{ namespace(x=desk).x.__class__ }}",
    "{{ dict(a=1).__class__ }}",
    "{{ '%c%c'|format(95, 95) }}",
    "{{ [desk]|groupby('__class__') }}",
    "{{ [desk]|map(attribute='__class__')|list }}",
    "{{ [desk]|selectattr('__class__')|list }}",
    "{{ [desk]|sum(attribute='__class__') }}",
    "{{ desk|pprint }}",
    "{{ desk|xmlattr }}",
    "{{ desk|tojson }}",
    "{{ [1]|random.__class__ }}",
    "{{ 1 is sameas 1.__class__ }}",
    "{{ {}.update.__self__ }}",
    "{{ ticket.opened_at.__reduce__() }}",
    "{{ ticket.opened_at.strftime.__self__.__class__ }}",
    "{{ ticket.opened_at.tzinfo.__class__.__init__ }}",
    "{{ ticket.opened_at.now() }}",
    "{{ reopen_until.tzinfo.utcoffset.__globals__ }}",
)
OF_HTML = frozenset(("panel", "quote", "facts", "answers", "progress", "box", "caller", "super", "spacer", "self.text"))
HARMLESS = {"{{ self.text() }}", "{{ self.html() }}", "{{ super() }}", "{{ 1 is sameas 1.__class__ }}"}
"""Blocks of the wording itself, and a question whose answer is no."""
ESCAPED = ("<class", "<function", "<built-in", "<module", "<bound", "uid=", "root:", "__globals__", "object at 0x")


def wording(words: str, html: str = "<p>x</p>") -> str:
    return (
        f"{{% block subject %}}x{{% endblock %}}{{% block text %}}x {words}{{% endblock %}}"
        f"{{% block html %}}{html}{{% endblock %}}"
    )


def leaks_of(source: str) -> str:
    """What a source brings out that it must not: empty where it fails, or says something harmless."""
    try:
        rendered = packaged_wording().try_source("sv", source, sample_context(KIND))
    except FAILURES:
        return ""
    said = f"{rendered.subject}{rendered.text}{rendered.html}"
    return next((sign for sign in ESCAPED if sign in said), "")


@pytest.mark.parametrize("road", ROADS)
def test_no_road_out_of_the_sandbox(road: str) -> None:
    payloads = [(thing, f"{{{{ {road.format(thing)} }}}}") for thing in OBJECTS]
    sources = {p: wording("", f"<p>{p}</p>") if thing in OF_HTML else wording(p) for thing, p in payloads}
    assert {p: leak for p, source in sources.items() if (leak := leaks_of(source))} == {}
    assert {p for p, source in sources.items() if check_wording(KIND, "sv", source) == ()} - HARMLESS == set()


@pytest.mark.parametrize("place", ["text", "html"])
def test_no_known_way_out_of_jinja_is_one_here(place: str) -> None:
    sources = {p: wording(p) if place == "text" else wording("", p) for p in WRITTEN_OUT}
    assert {p: leak for p, source in sources.items() if (leak := leaks_of(source))} == {}
    assert {p for p, source in sources.items() if check_wording(KIND, "sv", source) == ()} - HARMLESS == set()


def test_there_are_as_many_ways_as_were_asked_for() -> None:
    assert len({road.format(thing) for road in ROADS for thing in OBJECTS} | set(WRITTEN_OUT)) >= 300


BOMBS = {
    "numbers": wording("{{ " + "9" * 60_000 + " }}"),
    "powers": wording("{{ 9 ** 9 ** 9 }}"),
    "text times": wording("{{ 'a' * 1000000000 }}"),
    "padding": wording("{{ '%1000000000d' % 1 }}"),
    "ranges": wording("{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}"),
    "loops in loops": wording("{% for a in [1,2] %}{% for b in [1,2] %}x{% endfor %}{% endfor %}"),
    "recursive loop": wording("{% for a in [1] recursive %}{{ loop([1]) }}{% endfor %}"),
    "itself": wording("{{ self.text() }}"),
    "itself in html": wording("", "{{ self.html() }}"),
    "parentheses": wording("{{ " + "(" * 30_000 + "1" + ")" * 30_000 + " }}"),
    "lists in lists": wording("{{ " + "[" * 20_000 + "]" * 20_000 + " }}"),
    "not not": wording("{{ " + "not " * 15_000 + "1 }}"),
    "sums": wording("{{ " + "1+" * 8_000 + "1 }}"),
    "minus": wording("{{ " + "-" * 60_000 + "1 }}"),
    "joined": wording("{{ " + "desk.name~" * 2_500 + "1 }}"),
    "attributes": wording("{{ desk" + ".x" * 8_000 + " }}"),
    "filters": wording("{{ desk.name" + "|upper" * 3_000 + " }}"),
    "long list": wording("{% for a in [" + "1," * 8_000 + "] %}{{ desk }}{% endfor %}"),
    "flood": wording("{% for a in [" + "1," * 1_900 + "] %}" + "x" * 50_000 + "{% endfor %}"),
    "flood in a part": wording(
        "", "{% call panel() %}{% for a in [" + "1," * 3_000 + "] %}" + "x" * 50_000 + "{% endfor %}{% endcall %}"
    ),
    "ifs": wording("{% if desk %}" * 120 + "a" + "{% endif %}" * 120),
    "else ifs": wording("{% if desk %}" + "{% elif desk %}" * 3_500 + "{% endif %}"),
    "blocks": wording("".join(f"{{% block b{n} %}}" for n in range(1_500)) + "{% endblock %}" * 1_500),
    "calls in calls": wording("", "{% call panel() %}" * 300 + "{% endcall %}" * 300),
    "tags": wording("", "<div>" * 8_000),
    "ten megabytes": wording("x" * 10_000_000),
    "open": "{{" * 30_000,
    "comments": "{#" * 30_000,
    "quotes": wording("{{ '" + "\\'" * 30_000 + " }}"),
    "long join": wording("{{ [" + "desk.name," * 1_500 + "]|join('" + "x" * 30_000 + "') }}"),
}


def throw_bombs() -> tuple[list[str], list[str], bool, int]:
    """Try every bomb: which were kept, which took too long, whether the room goes on, and its peak in kilobytes."""
    fine = Attempt(KIND, "sv", packaged_wording().find_source(KIND, "sv").text)
    kept, slow = [], []
    with WordingRoom() as room:
        room.try_wording(fine)
        for name, source in BOMBS.items():
            before = resource.getrusage(resource.RUSAGE_CHILDREN)
            began = time.monotonic()
            if room.try_wording(Attempt(KIND, "sv", source)).may_be_kept:
                kept.append(name)
            after = resource.getrusage(resource.RUSAGE_CHILDREN)
            # Only a child that was ended is counted here; its start and what it did before are in it.
            if after.ru_utime - before.ru_utime > SECONDS * 3 or time.monotonic() - began > SECONDS * 10:
                slow.append(name)
        goes_on = room.try_wording(fine).problems == ()
    return kept, slow, goes_on, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss


def test_a_bomb_is_refused_within_the_bounds_and_the_room_goes_on() -> None:
    # In a process of its own: what is measured of ended children would hold the browsers of other tests, too.
    throw = (
        "import json; from tests.templates.test_hostile_sources import throw_bombs; print(json.dumps(throw_bombs()))"
    )
    done = subprocess.run([sys.executable, "-c", throw], cwd=ROOT, capture_output=True, text=True, timeout=110)
    assert done.returncode == 0, done.stderr
    kept, slow, goes_on, peak = json.loads(done.stdout.splitlines()[-1])
    assert (kept, slow, goes_on) == ([], [], True)
    assert peak < (MEGABYTES + 200) * 1024


def test_what_takes_too_long_is_ended_by_the_room() -> None:
    long = wording("", "".join(f"<p>{{{{ desk.name }}}} {n}</p>" for n in range(900)))
    cases = tuple((str(n), sample_context(KIND)) for n in range(400))
    with ReadingRoom(work, seconds=0.5, megabytes=MEGABYTES, prepare=prepare) as room:
        answer = room.read("try", Attempt(KIND, "sv", long, cases), None)
    assert answer == Unread("reading took over 0.5 s of processor time")


def test_a_source_that_nests_too_deep_loses_no_notice() -> None:
    for name in ("ifs", "parentheses", "itself", "else ifs", "open"):
        rendered = render_notice(KIND, "sv", sample_context(KIND), BOMBS[name])
        assert rendered.revision == "packaged" and rendered.failure


def test_in_the_room_there_is_nothing_to_open() -> None:
    """The environment is empty, and no file or connection can be opened while a wording is tried."""
    with ReadingRoom(_break_in, megabytes=MEGABYTES) as room:
        assert room.read() == ("nothing", "OSError", "OSError")


def _break_in() -> tuple[str, str, str]:
    """What somebody who got out would find: environment, a file, a connection."""
    import os
    import socket
    from pathlib import Path

    from mailbot import wording_room

    found: list[str] = []

    def look(*_: object) -> wording_room.Trial:
        found.append(" ".join(os.environ) or "nothing")
        for reach in (Path("/etc/passwd").open, socket.socket):
            try:
                reach().close()
                found.append("reached")
            except OSError as error:
                found.append("OSError" if error.errno == 24 else str(error))
        return wording_room.Trial(())

    wording_room.prepare()
    wording_room._try = look  # type: ignore[assignment]
    work("try", Attempt(KIND, "sv", ""), None)
    return found[0], found[1], found[2]


def test_attempts_and_trials_can_be_sent_to_the_room() -> None:
    attempt = Attempt(KIND, "sv", "x", (("SD-1", sample_context(KIND)),))
    assert pickle.loads(pickle.dumps(attempt)) == attempt
    assert pickle.loads(pickle.dumps(Problem(1, "a", "b"))) == Problem(1, "a", "b")
