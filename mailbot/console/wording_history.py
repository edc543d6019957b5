"""Who changed a wording, when and why; what differs between any two revisions; and bringing one back."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from mailbot.console.visit import PageError, Visit
from mailbot.console.wording_diff import lines_of, read_difference
from mailbot.console.wording_place import Place, find_place, not_busy, read_number, wording_desk
from mailbot.console.wording_problems import tell_problems
from mailbot.desk.errors import Conflict, PermanentError
from mailbot.store.wording import Revision
from mailbot.workflows.wording import WordingRefused, get_held


def show_history(visit: Visit) -> Response:
    """Every revision, newest first, and below them the packaged wording."""
    place = find_place(visit)
    return visit.page("wording_history.html", refused=[], **_history(visit, place))


def _history(visit: Visit, place: Place) -> dict[str, Any]:
    with visit.room.open_office(reads_only=True) as office:
        revisions = office.work.wordings.list_history(place.kind.value, place.language)
        chosen = office.wording.choose(office.work.wordings, office.now, place.kind, place.language)
    newest_packaged = revisions[0].number if revisions and revisions[0].source is None else 0
    speaks = chosen.revision.number if chosen.revision else newest_packaged
    return {"place": place, "revisions": revisions, "speaks": speaks, "fault": chosen.fault}


def show_difference(visit: Visit) -> Response:
    """``?old=`` and ``?new=`` are numbers, 0 the packaged wording; from the one before to the newest, if not given."""
    place = find_place(visit)
    with visit.room.open_office(reads_only=True) as office:
        revisions = office.work.wordings.list_history(place.kind.value, place.language)
        newest = revisions[0].number if revisions else 0
        new = _asked(visit, "new", newest)
        old = _asked(visit, "old", max(new - 1, 0))
        before, after = (get_held(office, place.kind, place.language, number) for number in (old, new))
    difference = read_difference(lines_of(before.source), lines_of(after.source))
    return visit.page(
        "wording_diff.html", place=place, revisions=revisions, old=before, new=after, difference=difference
    )


def _asked(visit: Visit, name: str, otherwise: int) -> int:
    if name not in visit.query:
        return otherwise
    number = read_number(visit.query[name])
    if number is None:
        raise PageError(404, "not_found", visit.query[name][:40])
    return number


def restore_wording(visit: Visit) -> Response:
    """Bring revision ``number`` back (0: the packaged wording), as a new one. It is tried again first."""
    place, number = find_place(visit), read_number(visit.form.get("number", ""))
    if number is None:
        raise PageError(404, "not_found")
    try:
        kept: Revision = not_busy(visit, _restore, place, number)
    except WordingRefused as refused:
        problems = tell_problems(visit.texts, refused.trial.problems)
        return visit.page("wording_history.html", status=422, refused=problems, **_history(visit, place))
    except Conflict:
        return visit.redirect(f"{place.path}/history", said=visit.texts("wording.restore_conflict"), kind="bad")
    except PermanentError:
        # The only way there from our own page: it speaks already, in other words somebody was quicker.
        return visit.redirect(f"{place.path}/history", said=visit.texts("wording.says_that"), kind="plain")
    name = visit.texts("wording.revision", number=number) if number else visit.texts("wording.packaged")
    return visit.redirect(place.path, said=visit.texts("wording.restored", name=name, number=kept.number))


def _restore(visit: Visit, place: Place, number: int, *, patience: float) -> Revision:
    why = visit.form.get("why", "").strip()[:500]
    with visit.room.studio.turn(patience):
        return wording_desk(visit).restore(place.kind, place.language, number, by=visit.visitor.address, why=why)
