"""Answers that are lists, and answers that carry another object where its id would stand."""

from typing import Any

from infra.local.stripe.call import Call
from infra.local.stripe.errors import Object, invalid
from infra.local.stripe.form import Given
from infra.local.stripe.store import Records

MOST, USUAL = 100, 10
PAGING = frozenset(("limit", "starting_after", "created"))
BOUNDS: tuple[str, ...] = ("gt", "gte", "lt", "lte")


def listed(call: Call, kind: str, *, url: str, by: tuple[str, ...] = (), **fixed: str | int) -> Object:
    """One page. `by`: the parameters that narrow it down; `fixed`: what narrows it down anyway."""
    given = call.given
    chosen: dict[str, str | int] = {name: value for name in by if (value := given.text(name))}
    limit = given.whole("limit", least=1) or USUAL
    if limit > MOST:
        raise invalid(f"Invalid limit: must be at most {MOST}", param="limit")
    call.named(kind, "starting_after")
    where = chosen | fixed | _period(given)
    found = call.records.listed(kind, where, limit=limit + 1, after=given.text("starting_after"))
    return {"object": "list", "data": found[:limit], "has_more": len(found) > limit, "url": url}


def _period(given: Given) -> dict[str, str | int]:
    """`created=5`, or `created[gte]=5`."""
    if given.holds_form("created"):
        part, names = given.inside("created", BOUNDS), BOUNDS
    else:
        part, names = given, ("created",)
    return {name: value for name in names if (value := part.whole(name)) is not None}


def expanded(records: Records, answer: Object, paths: list[str]) -> Object:
    for path in paths:
        _expand(records, answer, path.split("."), path)
    return answer


def _expand(records: Records, place: Any, steps: list[str], path: str) -> None:
    step, *rest = steps
    if not isinstance(place, dict) or step not in place:
        raise invalid(f"This property cannot be expanded ({path}).", param="expand")
    if isinstance(place[step], str):
        found = records.find(place[step])
        if found is None:
            raise invalid(f"This property cannot be expanded ({path}).", param="expand")
        place[step] = found
    if rest:
        for each in place[step] if isinstance(place[step], list) else [place[step]]:
            if each is not None:
                _expand(records, each, rest, path)
