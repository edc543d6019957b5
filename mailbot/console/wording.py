"""The template studio: the list of notices, and the editor of one wording, which works without scripts too.

What was typed is never lost: whatever the answer is (problems, somebody who saved first, a busy child), the page that
comes back holds it. A wording with problems is not saved; ``workflows/wording`` sees to that for every door.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from starlette.responses import Response

from mailbot.console.visit import Visit
from mailbot.console.wording_diff import lines_of, read_difference
from mailbot.console.wording_names import reference_of
from mailbot.console.wording_place import (
    ORDINARY,
    Place,
    Preview,
    find_place,
    list_cases,
    not_busy,
    preview,
    read_number,
    read_source,
    try_draft,
    wording_desk,
)
from mailbot.console.wording_problems import tell_problems
from mailbot.console.wording_proofs import ask_for_proof
from mailbot.desk.errors import Conflict
from mailbot.templates.catalogue import CATALOGUE
from mailbot.wording_room import Trial
from mailbot.workflows.wording import Draft, Held, WordingRefused, get_held, languages
from mailbot.workflows.wording_overview import OCCASIONS, look_over

SHOWN_LONG = 6


def show_wordings(visit: Visit) -> Response:
    """Every notice, and which wording speaks for it in each language."""
    with visit.room.open_office(reads_only=True) as office:
        standings = look_over(office)
        tags = [tag for tag in office.policy.languages if tag in languages()]
    rows = [(kind, CATALOGUE[kind].audience.value, [standings[kind, tag] for tag in tags]) for kind in OCCASIONS]
    troubled = [s for _, _, row in rows for s in row if s.fault or s.failure]
    columns = [(visit.texts("wording.column_notice"), "lead"), *((_tongue(visit, tag), "said") for tag in tags)]
    return visit.page("wording.html", rows=rows, tags=tags, troubled=troubled, columns=columns)


def _tongue(visit: Visit, tag: str) -> str:
    key = f"wording.language.{tag}"
    return visit.texts(key) if visit.texts.has(key) else tag


def show_editor(visit: Visit) -> Response:
    """The wording in force, or the revision that ``?revision=`` names, ready to be changed."""
    place = find_place(visit)
    held = _held(visit, place, visit.query.get("revision", ""))
    return _editor(visit, place, held.source, held.last, case=visit.query.get("case", ORDINARY))


def change_wording(visit: Visit) -> Response:
    """What was typed: tried (``do=check``), sent to who typed it (``do=proof``), or saved (``do=save``)."""
    place, source, do = find_place(visit), read_source(visit), visit.form.get("do", "check")
    if do == "save":
        return _save(visit, place, source)
    if do == "proof":
        said, kind = ask_for_proof(visit, place, source, visit.form.get("case", ORDINARY))
        return _again(visit, place, source, told=(said, kind))
    return _again(visit, place, source)


def _save(visit: Visit, place: Place, source: str) -> Response:
    why = visit.form.get("why", "").strip()[:500]
    if not why:
        return _again(visit, place, source, status=422, why_error=visit.texts("wording.why_missing"))
    # A form that does not say what it began from is taken to know of no revision, and is told of the newest.
    draft = Draft(place.kind, place.language, source, read_number(visit.form.get("after", "")) or 0)
    try:
        kept = not_busy(visit, _keep, draft, why)
    except WordingRefused as refused:
        return _again(visit, place, source, status=422, trial=refused.trial, refused=True)
    except Conflict:
        return _again(visit, place, source, status=409, conflict=True)
    if not kept:
        return visit.redirect(place.path, said=visit.texts("wording.unchanged"), kind="plain")
    return visit.redirect(place.path, said=visit.texts("wording.saved", number=kept[0].number))


def _keep(visit: Visit, draft: Draft, why: str, *, patience: float) -> Any:
    with visit.room.studio.turn(patience):
        return wording_desk(visit).save([draft], by=visit.visitor.address, why=why)


def _held(visit: Visit, place: Place, revision: str = "") -> Held:
    with visit.room.open_office(reads_only=True) as office:
        return get_held(office, place.kind, place.language, read_number(revision) if revision else None)


def _again(visit: Visit, place: Place, source: str, **values: Any) -> Response:
    """The editor with what was typed, tried: the answer to a form that did not lead to a saved wording."""
    trial = values.pop("trial", None) or not_busy(visit, try_draft, place, source)
    after = read_number(visit.form.get("after", ""))
    return _editor(
        visit, place, source, after, case=visit.form.get("case", ORDINARY), trial=trial, typed=True, **values
    )


def _editor(
    visit: Visit,
    place: Place,
    source: str,
    after: int | None,
    *,
    case: str,
    status: int = 200,
    trial: Trial | None = None,
    conflict: bool = False,
    **told: Any,
) -> Response:
    """``told`` is what else the page says: ``typed``, ``refused``, ``told``, ``why_error``."""
    around = _look_around(visit, place)
    held: Held = around["held"]
    return visit.page(
        "wording_editor.html",
        status=status,
        after=held.last if after is None or conflict else after,
        source=source,
        case=case,
        shown=_show(visit, place, source, case, trial),
        trial=trial,
        problems=tell_problems(visit.texts, trial.problems) if trial else [],
        conflict=read_difference(lines_of(held.source), lines_of(source)) if conflict else None,
        why=visit.form.get("why", ""),
        most_long=SHOWN_LONG,
        **around,
        **({"typed": False, "refused": False, "told": ("", ""), "why_error": ""} | told),
    )


def _look_around(visit: Visit, place: Place) -> dict[str, Any]:
    """What is known of a wording, whatever stands in the editor."""
    with visit.room.open_office(reads_only=True) as office:
        held = get_held(office, place.kind, place.language)
        tags = [tag for tag in dict.fromkeys((*office.policy.languages, *languages())) if tag in languages()]
        return {
            "place": place,
            "held": held,
            "standing": look_over(office).get((place.kind, place.language)),
            "languages": [_beside(get_held(office, place.kind, tag), held) for tag in tags],
            "cases": list_cases(visit, office, place),
            "names": reference_of(visit.texts, place.kind, place.language),
        }


def _show(visit: Visit, place: Place, source: str, case: str, trial: Trial | None) -> Preview:
    if trial and trial.was_stopped:
        return Preview(fault=visit.texts("wording.preview_fault"))
    shown: Preview = not_busy(visit, preview, place, source, case)
    return shown


def _beside(other: Held, held: Held) -> dict[str, Any]:
    """Another language of the same notice; ``later`` where it was changed after this one."""
    at = other.revision.at if other.revision else None
    mine = held.revision.at if held.revision else None
    return {"tag": other.language, "at": at, "later": bool(at and (mine is None or at > mine))}


def trial_form(visit: Visit, trial: Trial) -> dict[str, Any]:
    """A trial as the page's script reads it."""
    figures = asdict(trial.figures)
    figures["long_sentences"] = figures["long_sentences"][:SHOWN_LONG]
    figures["long_words"] = figures["long_words"][:SHOWN_LONG]
    return {
        "problems": tell_problems(visit.texts, trial.problems),
        "figures": figures,
        "octets": trial.html_octets,
    }
