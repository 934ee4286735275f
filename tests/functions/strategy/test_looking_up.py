"""What a person looks up before writing rules: strategies to change, and names to write with."""

import json
from pathlib import Path

from functions.strategy import library
from shared.engine.language import read_strategy, words
from shared.engine.language.functions import FUNCTIONS
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
