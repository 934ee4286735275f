"""What is in flight: events between domains, and jobs. Both outlive the code that sent them."""

from collections.abc import Iterator
from copy import deepcopy
from importlib import import_module
from typing import Any
from uuid import UUID

import pytest

from infra.discover import ROOT
from shared.events import Event, Job, Message
from tests.contracts import snapshot

Schema = dict[str, Any]
FILES = {"events": Event, "jobs": Job}
DOMAINS = sorted({path.parent.name for stem in FILES for path in ROOT.glob(f"*/{stem}.py")})


def messages(domain: str, stem: str) -> Iterator[type[Message]]:
    if (ROOT / domain / f"{stem}.py").exists():
        module = import_module(f"functions.{domain}.{stem}")
        found = [value for value in vars(module).values() if isinstance(value, type)]
        yield from (
            kind for kind in found if issubclass(kind, FILES[stem]) and kind.__module__ == module.__name__
        )


def schemas(domain: str) -> dict[str, dict[str, Schema]]:
    return {stem: {m.topic: m.model_json_schema() for m in messages(domain, stem)} for stem in FILES}


def broken(old: Schema, new: Schema) -> list[str]:
    """Where a new schema does more than gain optional fields."""
    was, now = old.get("properties", {}), new.get("properties", {})
    needed, needs = set(old.get("required", [])), set(new.get("required", []))
    faults = [f"{name} is gone" for name in was if name not in now]
    faults += [f"{name} is another" for name in was if name in now and was[name] != now[name]]
    faults += [f"{name} is required now" for name in needs - needed]
    faults += [f"{name} may be missing now" for name in needed - needs]
    for word in ("enum", "type", "const"):  # of what has no fields
        faults += [f"its {word} is another"] if old.get(word) != new.get(word) else []
    for name, inner in old.get("$defs", {}).items():
        faults += [f"{name}: {fault}" for fault in broken(inner, new.get("$defs", {}).get(name, {}))]
    return sorted(faults)


def breaches(domain: str) -> dict[str, list[str]]:
    """Against what is recorded. To take an event out, delete its entry from the file by hand."""
    now = schemas(domain)["events"]
    before = snapshot.recorded(f"messages/{domain}.json").get("events", {})
    found = {topic: broken(old, now[topic]) if topic in now else ["is gone"] for topic, old in before.items()}
    return {topic: faults for topic, faults in found.items() if faults}


@pytest.mark.parametrize("domain", DOMAINS)
def test_an_event_only_ever_gains_optional_fields(domain: str) -> None:
    """Anything else is a new class, published beside the old one until nobody hears that."""
    assert breaches(domain) == {}


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_s_messages_are_as_recorded(domain: str) -> None:
    if not breaches(domain):  # else the file is not made to agree
        snapshot.hold(f"messages/{domain}.json", schemas(domain))


def test_no_recorded_domain_is_gone() -> None:
    assert snapshot.names("messages") == set(DOMAINS)


class Leg(Event):
    units: int


class Placed(Event):
    user_id: UUID
    side: str
    legs: tuple[Leg, ...] = ()


OLD = Placed.model_json_schema()


def changed(**fields: Any) -> Schema:
    new = deepcopy(OLD)
    new["properties"] |= fields
    return new


def without(name: str) -> Schema:
    new = deepcopy(OLD)
    del new["properties"][name]
    new["required"].remove(name)
    return new


def requiring(*names: str) -> Schema:
    return changed(note={"type": "string"}) | {"required": [*OLD["required"], *names]}


def with_leg(**change: Any) -> Schema:
    new = deepcopy(OLD)
    new["$defs"]["Leg"] |= change
    return new


@pytest.mark.parametrize(
    ("new", "faults"),
    [
        (OLD, []),
        (changed(note={"type": "string"}), []),
        (without("side"), ["side is gone", "side may be missing now"]),
        (requiring("note"), ["note is required now"]),
        (requiring("legs"), ["legs is required now"]),
        (changed(side={"type": "integer"}), ["side is another"]),
        (with_leg(properties={"units": {"type": "string"}}), ["Leg: units is another"]),
        (with_leg(required=[]), ["Leg: units may be missing now"]),
    ],
    ids=[
        "same",
        "gains",
        "loses",
        "requires",
        "requires more",
        "retypes",
        "retypes within",
        "loosens within",
    ],
)
def test_a_schema_that_does_more_than_gain_is_found_out(new: Schema, faults: list[str]) -> None:
    assert broken(OLD, new) == faults
