"""Docs live beside code, and name what the code has."""

import re
from importlib import import_module

import pytest

from infra.discover import functions
from shared.events import Event
from tests.architecture.sources import ROOT

FUNCTIONS = functions()
DOMAINS = sorted({function.module.split(".")[1] for function in FUNCTIONS})
PAGE = 80  # lines


def page(domain: str) -> str:
    return (ROOT / "functions" / domain / "README.md").read_text()


def sent_by(domain: str) -> set[str]:
    name = f"functions.{domain}.events"
    if not (ROOT / "functions" / domain / "events.py").exists():
        return set()
    return {event.__name__ for event in vars(import_module(name)).values() if is_event(event, name)}


def is_event(found: object, module: str) -> bool:
    return isinstance(found, type) and issubclass(found, Event) and found.__module__ == module


def heard_by(domain: str) -> set[str]:
    heard = [f.trigger.topic for f in FUNCTIONS if f.module.startswith(f"functions.{domain}.")]
    return {topic.split(".")[1] for topic in heard if topic}


@pytest.mark.parametrize("domain", DOMAINS)
def test_every_domain_has_one_page(domain: str) -> None:
    assert page(domain).startswith("# ")
    assert len(page(domain).splitlines()) <= PAGE


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_s_page_names_what_goes_out_and_what_comes_in(domain: str) -> None:
    named = set(re.findall(r"`(\w+)`", page(domain)))
    assert (sent_by(domain) | heard_by(domain)) - named == set()


def test_events_are_found_where_they_are_declared() -> None:
    assert sent_by("auth") >= {"UserRegistered", "SessionsRevoked"}
    assert sent_by("auth") & {"Event", "UUID"} == set()


def test_the_front_page_names_the_two_commands_and_no_command_that_there_is_not() -> None:
    named = set(re.findall(r"\bmake ([a-z]+)", (ROOT / "README.md").read_text()))
    commands = set(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    assert named >= {"up", "test"}
    assert named - commands == set()


def test_decisions_are_numbered_and_take_a_page_each() -> None:
    lengths = {p.name: len(p.read_text().splitlines()) for p in (ROOT / "infra/decisions").glob("*.md")}
    assert [name for name in lengths if not re.fullmatch(r"\d{4}-[a-z0-9-]+\.md", name)] == []
    assert {name: count for name, count in lengths.items() if count > PAGE} == {}
