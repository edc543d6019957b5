"""The reference beside the editor: what a wording may name there, what it means, and what a click on it writes.

The names come from the catalogue (``templates/names``), the sandbox says which filters there are; the texts say what
each means. ``‸`` in what is written is where the caret lands.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from babel.dates import format_datetime

from mailbot.console.texts import Texts
from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.catalogue import CATALOGUE
from mailbot.templates.names import Name, names_of

SAMPLE_ZONE = ZoneInfo("Europe/Stockholm")
CODES = {"ticket.state": "state", "ticket.kind": "kind", "ticket.priority": "priority"}
PARTS = {
    "progress": "{{ progress(ticket.state) }}",
    "answers": '{% if accept_mailto %}{{ answers(accept_mailto, "‸", reopen_mailto, "") }}{% endif %}',
    "answer": '{% if reopen_mailto %}{{ answer(reopen_mailto, "‸") }}{% endif %}',
    "button": '{{ button("https://‸", "") }}',
    "quote": "{{ quote(‸) }}",
    "warning": '{{ warning("‸") }}',
    "panel": "{% call panel() %}\n‸\n{% endcall %}",
    "facts": '{{ facts([("‸", ticket.group_name)]) }}',
    "command_list": "{{ command_list(‸) }}",
}
"""The macros for the HTML block, as ``templates/parts.html.j2`` has them."""
NEEDS = {"answers": "accept_mailto", "answer": "reopen_mailto", "command_list": "word"}
"""Parts that are of use only where the notice has a certain name, or lists with that part."""
FILTERS: tuple[str, ...] = (
    "date_time",
    "date",
    "word",
    "quoted",
    "lines",
    "default",
    "truncate",
    "join",
    "length",
    "first",
    "last",
)
FILTERS += ("upper", "lower", "capitalize", "trim", "escape")
SHAPES = {
    "if": "{% if ‸ %}{% endif %}",
    "else": "{% if ‸ %}{% else %}{% endif %}",
    "for": "{% for each in ‸ %}{{ each }}{% endfor %}",
    "comment": "{# ‸ #}",
}


@dataclass(frozen=True, slots=True)
class Entry:
    """``writes`` is for the plain text, ``writes_html`` for the HTML block; ``sample`` may be empty.

    ``parts`` are the names that each item of a list has.
    """

    name: str
    sort: str
    meaning: str
    sample: str
    writes: str
    writes_html: str
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    key: str
    entries: tuple[Entry, ...]


def reference_of(texts: Texts, kind: NoticeKind, language: str) -> tuple[Group, ...]:
    """All that a wording of this notice may use, in groups: its own names first."""
    about_ticket = CATALOGUE[kind].about_ticket
    names = tuple(n for n in names_of(kind, language) if about_ticket or not n.path.startswith("ticket."))
    groups = {
        "own": tuple(_entry(texts, kind, n) for n in names if not n.shared),
        "ticket": tuple(_entry(texts, kind, n) for n in names if n.path.startswith("ticket.")),
        "desk": tuple(_entry(texts, kind, n) for n in names if n.path.startswith("desk.")),
        "every": (
            *(_entry(texts, kind, n) for n in names if n.path == "recipient_name"),
            *(_plain(texts, "name", each, f"{{{{ {each} }}}}") for each in ("language", "marker")),
        ),
        "part": tuple(_plain(texts, "part", name, PARTS[name]) for name in _parts(names)),
        "filter": tuple(_plain(texts, "filter", each, f"|{_written(each)}") for each in FILTERS),
        "shape": tuple(_plain(texts, "shape", name, written) for name, written in SHAPES.items()),
    }
    return tuple(Group(key, entries) for key, entries in groups.items() if entries)


def _parts(names: tuple[Name, ...]) -> list[str]:
    known = {name.path for name in names} | {part for name in names for part in name.parts}
    return [part for part in PARTS if part not in NEEDS or NEEDS[part] in known]


def _entry(texts: Texts, kind: NoticeKind, name: Name) -> Entry:
    plain, html = _writes(name)
    sort = texts(f"wording.sort.{name.sort.replace(' ', '_')}")
    sample = _sample(texts, name)
    return Entry(name.path, sort, _meaning(texts, kind, name.path), sample, plain, html, name.parts)


def _sample(texts: Texts, name: Name) -> str:
    if name.sort == "yes or no":
        return texts(f"wording.{name.sample}")
    if name.sort == "moment" and name.sample:
        moment = datetime.fromisoformat(name.sample).astimezone(SAMPLE_ZONE)
        return str(format_datetime(moment, "d MMM y HH:mm", locale=texts.language))
    return name.sample


def _meaning(texts: Texts, kind: NoticeKind, path: str) -> str:
    """The same name may mean one thing in one notice, and another in the next."""
    keys = (f"wording.in.{kind.value}.{path}", f"wording.name.{path}")
    return next((texts(key) for key in keys if texts.has(key)), "")


def _plain(texts: Texts, table: str, name: str, written: str) -> Entry:
    return Entry(name, "", texts(f"wording.{table}.{name}"), "", written, written)


def _writes(name: Name) -> tuple[str, str]:
    path = name.path
    if path in CODES:
        return (f'{{{{ {path}|word("{CODES[path]}") }}}}',) * 2
    if name.parts:
        each = f"{{% for each in {path} %}}\n{{{{ each.{name.parts[0]} }}}}‸\n{{% endfor %}}"
        return each, f"{{{{ command_list({path}) }}}}" if "word" in name.parts else each
    if path.endswith("_mailto"):
        return f"{{{{ {path} }}}}", f'{{% if {path} %}}{{{{ answer({path}, "‸") }}}}{{% endif %}}'
    shapes = {
        "moment": (f"{{{{ {path}|date_time }}}}",) * 2,
        "lines": (f"{{{{ {path}|quoted }}}}", f"{{{{ quote({path}) }}}}"),
        "yes or no": (f"{{% if {path} %}}‸{{% endif %}}",) * 2,
        "list": (f'{{{{ {path}|join(", ") }}}}',) * 2,
    }
    return shapes.get(name.sort, (f"{{{{ {path} }}}}",) * 2)


def _written(name: str) -> str:
    return {
        "word": 'word("state")',
        "default": 'default("‸")',
        "truncate": "truncate(60)",
        "join": 'join(", ")',
    }.get(name, name)
