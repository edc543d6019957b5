"""What a key may hold, in words that a person understands."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, Literal, get_args, get_origin

from msgspec import Meta

_WORDS: dict[Any, str] = {
    bool: "true or false",
    int: "a whole number",
    float: "a number",
    str: "text",
    date: "a date, such as 2026-12-24",
    datetime: "a moment, such as 2026-12-21T08:00:00",
    dict: "a table",
}


def allowed_values(wanted: Any) -> str:
    """``Annotated[int, Meta(ge=0, le=65535)]`` → "a whole number from 0 to 65535"."""
    if get_origin(wanted) is Annotated:
        return _annotated(*get_args(wanted))
    if get_origin(wanted) is Literal:
        return "one of " + ", ".join(f'"{choice}"' for choice in get_args(wanted))
    if get_origin(wanted) is tuple:
        return f"a list, each element {allowed_values(element_type(wanted))}"
    return _WORDS.get(get_origin(wanted) or wanted, "a table")


def base_type(wanted: Any) -> Any:
    """``str`` for every kind of text, also annotated, secret or a choice of words; else the type itself."""
    plain = get_args(wanted)[0] if get_origin(wanted) is Annotated else wanted
    is_text = get_origin(plain) is Literal or (isinstance(plain, type) and issubclass(plain, str))
    return str if is_text else plain


def element_type(wanted: Any) -> Any:
    """``X`` for ``tuple[X, ...]``, also annotated; None for anything else."""
    plain = get_args(wanted)[0] if get_origin(wanted) is Annotated else wanted
    return get_args(plain)[0] if get_origin(plain) is tuple else None


def _annotated(plain: Any, *metas: Meta) -> str:
    words = allowed_values(plain)
    for meta in metas:
        if meta.description:
            words = f"{words}, {meta.description}" if get_origin(plain) else meta.description
        elif meta.ge is not None:
            words += f" from {meta.ge} to {meta.le}" if meta.le is not None else f", {meta.ge} or more"
        elif meta.min_length and get_origin(plain) is tuple:
            words += f", {meta.min_length} or more of them"
    return words
