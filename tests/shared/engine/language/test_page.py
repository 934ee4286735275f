"""The page of the language says what the language is. UPDATE_CONTRACTS=1 writes its tables anew."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

import shared.engine.language
from shared.engine.language import LanguageError, bounds, check, parse, read_strategy
from shared.engine.language.functions import FUNCTIONS
from shared.engine.language.glossary import Entry, glossary
from shared.engine.language.patterns import PATTERNS
from shared.engine.language.strategy import strategy_from_json

PAGE = Path(shared.engine.language.__file__).with_name("README.md")
TEXT = PAGE.read_text()
NAMES = re.compile(r"<!-- names -->\n(.*)<!-- /names -->", re.DOTALL)
EXPRESSIONS = [
    line for block in re.findall(r"```rule\n(.*?)```", TEXT, re.DOTALL) for line in block.splitlines()
]
RULES = {"long": "close > 1"}
LIMIT = {**RULES, "order": "limit", "price": "close"}
TABLES: dict[str, dict[str, Any]] = {  # a strategy with a key that there is not, in each of its tables
    "": {"zzzz": 1},
    "parameters.fast": {"parameters": {"fast": {"value": 1, "from": 1, "to": 2, "step": 1, "zzzz": 1}}},
    "entry": {"entry": {**RULES, "zzzz": 1}},
    "entry.ladder": {"entry": {**LIMIT, "ladder": {"levels": 2, "percent": 0.1, "zzzz": 1}}},
    "exit": {"exit": {"zzzz": 1}},
    "risk": {"risk": {"zzzz": 1}},
    "risk.size": {"risk": {"size": {"zzzz": 1}}},
    "risk.stop_loss": {"risk": {"stop_loss": {"zzzz": 1}}},
    "risk.take_profit": {"risk": {"take_profit": {"zzzz": 1}}},
    "risk.trailing_stop": {"risk": {"trailing_stop": {"zzzz": 1}}},
    "risk.halt": {"risk": {"halt": {"zzzz": 1}}},
    "risk.leverage": {"risk": {"leverage": {"zzzz": 1}}},
    "legs": {"legs": [{"symbol": "A", "weight": 1, "zzzz": 1}]},
}


def tables() -> str:
    return "\n".join(line for group in glossary() for line in table(group.title, group.entries))


def table(title: str, entries: tuple[Entry, ...]) -> Iterator[str]:
    yield f"\n### {title}\n"
    if entries[0].group == "candles":
        yield entries[0].note + "\n"
        yield ", ".join(f"`{entry.written}` {PATTERNS[entry.name[4:]].english}" for entry in entries) + "."
        return
    yield "| written | what it is | |\n|---|---|---|"
    for entry in entries:
        outputs = "".join(f" `.{output}`" for output, _ in entry.outputs)
        yield f"| `{entry.written}`{outputs} | {entry.says} | {entry.note} |"


def test_the_page_has_every_name_as_the_catalogue_says_it() -> None:
    whole = f"<!-- names -->\n{tables()}\n<!-- /names -->"
    if os.environ.get("UPDATE_CONTRACTS"):
        PAGE.write_text(NAMES.sub(lambda found: whole, TEXT))
        return
    found = NAMES.search(TEXT)
    assert found is not None
    assert found[0] == whole
    assert [name for name in FUNCTIONS if f"`{name}(" not in whole] == []


@pytest.mark.parametrize("text", EXPRESSIONS)
def test_an_expression_of_the_page_is_a_rule(text: str) -> None:
    check(parse(text), wanted="rule")


def test_the_page_shows_rules() -> None:
    assert len(EXPRESSIONS) >= 5


def test_the_strategies_of_the_page_are_read() -> None:
    files = re.findall(r"```toml\n(.*?)```", TEXT, re.DOTALL)
    assert [read_strategy(file).name for file in files] == ["Pullback"]


@pytest.mark.parametrize("path", TABLES)
def test_every_key_of_a_table_is_on_the_page(path: str) -> None:
    keys = known_keys(TABLES[path])
    assert keys
    assert [key for key in keys if not re.search(rf"\b{key}\b", TEXT)] == []


def test_the_bounds_of_the_page_are_those_that_hold() -> None:
    parts = f"at most {bounds.NODES} parts, {bounds.DEPTH} levels, windows of {bounds.WINDOW:,} bars"
    assert parts in TEXT
    assert f"at most {bounds.COST} passes" in TEXT
    assert f"at most {bounds.FILE // 1024} KiB" in TEXT


def known_keys(document: Mapping[str, Any]) -> list[str]:
    with pytest.raises(LanguageError) as refusal:
        strategy_from_json({"name": "A", "entry": RULES, **document})
    assert "zzzz" in refusal.value.sentence
    return [key for key in re.findall(r"`(\w+)`", refusal.value.sentence) if key != "zzzz"]
