"""The reference of a notice: every name that its wording can use, what kind of thing it is, and a sample of it.

For people who edit: on the command line, and beside the editor of the console.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from typing import Any

from mailbot.desk.vocabulary import NoticeKind
from mailbot.templates.catalogue import CATALOGUE, NoticeContext, Passage
from mailbot.templates.samples import sample_contexts


@dataclass(frozen=True, slots=True)
class Name:
    """``path`` as it is written in a wording; ``sort`` is text, lines, moment, yes or no, number, or list.

    ``sample`` is what one of the samples has there, empty where none has; ``shared``: every notice has it. ``parts``
    are the names that each item of a list has, where it has any: ``word``, in a loop over ``commands``.
    """

    path: str
    sort: str
    sample: str
    shared: bool
    parts: tuple[str, ...] = ()


def names_of(kind: NoticeKind, language: str = "sv") -> tuple[Name, ...]:
    """The names of a notice: first what it alone has, then what all have."""
    shared = {field.name for field in fields(NoticeContext)}
    own = [f.name for f in fields(CATALOGUE[kind].context) if f.name not in shared]
    contexts = tuple(sample_contexts(kind, language).values())
    found = [name for top in own for name in _names(contexts, top, False)]
    found += [name for top in ("recipient_name", "ticket", "desk") for name in _names(contexts, top, True)]
    return tuple(found)


def _names(values: tuple[Any, ...], name: str, shared: bool, before: str = "") -> Iterator[Name]:
    here = tuple(getattr(value, name) for value in values)
    path = f"{before}{name}"
    if is_dataclass(here[0]):
        for field in fields(here[0]):
            yield from _names(here, field.name, shared, f"{path}.")
        return
    field_type = next(field.type for field in fields(values[0]) if field.name == name)
    said = next((value for value in here if value not in (None, "", ())), here[0])
    sort = "lines" if field_type in ("Passage", Passage) else _sort(said, str(field_type))
    parts = tuple(_parts(said[0])) if sort == "list" and said else ()
    yield Name(path, sort, _shown(said), shared, parts)


def _parts(item: Any, before: str = "") -> Iterator[str]:
    for field in fields(item) if is_dataclass(item) else ():
        below = tuple(_parts(getattr(item, field.name), f"{before}{field.name}."))
        yield from below or (f"{before}{field.name}",)


def _sort(value: Any, declared: str) -> str:
    if isinstance(value, bool):
        return "yes or no"
    if isinstance(value, datetime) or "datetime" in declared:
        return "moment"
    return {int: "number", tuple: "list"}.get(type(value), "text")


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return ", ".join(map(_shown, value))
    if is_dataclass(value):
        return _shown(getattr(value, fields(value)[0].name))
    return "" if value is None else str(value).partition("\n")[0]
