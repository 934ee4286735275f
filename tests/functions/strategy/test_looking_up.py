"""What a person looks up before writing rules: strategies to change, and names to write with."""

import json
from pathlib import Path

import numpy as np
import pytest

from functions.strategy import library
from functions.strategy.files import Source, load
from shared.engine.language import parse, read_strategy, words
from shared.engine.language.catalogue import Function
from shared.engine.language.functions import FUNCTIONS
from shared.engine.language.glossary import entry_of
from shared.engine.rules import Cache, evaluate
from tests.functions.strategy.make import command, strategy


def test_a_strategy_of_the_library_is_printed_as_the_file_to_change(tmp_path: Path) -> None:
    printed = command("strategies", "turtle", "--toml")
    assert (printed.exit_code, printed.stderr) == (0, "")
    mine = strategy(tmp_path, printed.stdout, "mine.toml")
    assert read_strategy(mine.read_text()) == library.read("turtle")
    for asked in (["strategies", "--toml"], ["strategies", "turtle", "--toml", "--json"]):
        refused = command(*asked)
        assert (refused.exit_code, refused.stdout) == (2, "")
        assert refused.stderr.startswith("--toml: ")


def test_what_rules_are_written_with_is_listed_and_explained() -> None:
    listed = json.loads(command("indicators", "--json").stdout)
    assert {each["name"] for each in listed} == {*words.NAMES, *FUNCTIONS}
    assert json.loads(command("indicators", "macd", "--json").stdout) in listed
    everything = command("indicators").stdout
    assert [name for name in FUNCTIONS if f"{name}(" not in everything] == []
    explained = command("indicators", "bbands", "--language", "es").stdout
    assert "Las bandas de Bollinger" in explained
    assert ".upper" in explained
    assert "de 2 a 10000" in explained
    refused = command("indicators", "bband")
    assert (refused.exit_code, refused.stdout) == (2, "")
    assert refused.stderr == "there is no `bband`, did you mean `bbands`?\n"


CANDLES = load([Source(library.DATA / "1d" / "BTCUSD.csv")]).market
STANDING = {"number": "close", "truth": "close > open", "universe": "universe"}
CLOCK = {"start": '"00:00"', "end": '"23:00"', "zone": '"UTC"'}
EVENTUALLY = {"amd_phase", "bars_since", "value_when"}  # something has to happen first


def called(function: Function) -> str:
    inputs = [STANDING[each.kind] for each in function.inputs]
    given = [CLOCK.get(each.name, "10") for each in function.settings if each.default is None]
    output = f".{function.outputs[-1]}" if function.outputs else ""
    says = f' == "{function.values[0]}"' if function.values else ""
    return f"{function.name}({', '.join([*inputs, *given])}){output}{says}"


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_name_is_worth_something_on_candles_of_a_file(name: str) -> None:
    """From the bar on that is told: what was read from a file may not be written into."""
    values = evaluate(parse(called(FUNCTIONS[name])), Cache(CANDLES))
    known = np.flatnonzero(~np.isnan(values))
    told = entry_of(name).after
    assert len(known)
    assert known[0] >= (told or 0)
    assert known[0] == told or told is None or name in EVENTUALLY
