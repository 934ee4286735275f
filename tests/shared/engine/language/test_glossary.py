"""Whoever looks a name up finds it, with words of both languages."""

import pytest

from shared.engine.language import LanguageError, notes, words
from shared.engine.language.functions import FUNCTIONS
from shared.engine.language.glossary import entry_of, glossary
from shared.words import LANGUAGES, Language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_name_stands_in_one_group(language: Language) -> None:
    names = [entry.name for group in glossary(language) for entry in group.entries]
    assert sorted(names) == sorted([*words.NAMES, *FUNCTIONS])
    assert [entry for group in glossary(language) for entry in group.entries if not entry.says] == []


def test_a_note_is_of_a_name_and_in_both_languages() -> None:
    assert notes.CALLS.keys() - FUNCTIONS.keys() == set()
    assert notes.NAMES.keys() - words.NAMES.keys() == set()
    noted = [*notes.CALLS.values(), *notes.NAMES.values(), notes.CANDLES]
    assert [pair for pair in noted if not all(pair) or pair[0] == pair[1] != notes.NAMES["hl2"][0]] == [
        notes.NAMES["hlc3"],
        notes.NAMES["ohlc4"],
    ]


@pytest.mark.parametrize(
    ("name", "written", "english", "spanish"),
    [
        ("sma", "sma(x, n)", "the n-bar average of x", "la media de n velas de x"),
        (
            "macd",
            "macd(x, fast = 12, slow = 26, signal = 9)",
            "the MACD (fast, slow, signal) of x",
            "el MACD (fast, slow, signal) de x",
        ),
        ("vwap", 'vwap(zone = "UTC")', "the volume-weighted average price of the day (zone)", ""),
        ("max", "max(a, b, …)", "the greatest of a, b and more", "el mayor valor entre a, b y más"),
        ("where", "where(condition, a, b)", "a if condition holds, otherwise b", ""),
        (
            "bars_since",
            "bars_since(condition)",
            "",
            "el número de velas desde la última en que se cumple condition",
        ),
        ("cdl_doji", "cdl_doji()", "the reading of the doji pattern", "la lectura del patrón doji"),
        ("close", "close", "the close", "el cierre"),
    ],
)
def test_a_name_is_told_by_what_it_takes(name: str, written: str, english: str, spanish: str) -> None:
    assert entry_of(name).written == written
    assert english in entry_of(name).says
    assert spanish in entry_of(f"{name}()", "es").says


@pytest.mark.parametrize(("name", "bars"), [("macd", 33), ("sma", None), ("obv", 0), ("close", 0)])
def test_when_a_first_value_comes_is_known_where_no_setting_is_missing(name: str, bars: int | None) -> None:
    assert entry_of(name).after == bars


@pytest.mark.parametrize(
    ("asked", "sentence"),
    [
        ("rs", "there is no `rs`, did you mean `rsi`?"),
        ("RSI(14)", "there is no `RSI`, did you mean `rsi`?"),
        ("bollinger", "there is no `bollinger`, did you mean `bbands`?"),
        ("retroceso", "there is no `retroceso`: `astrolabe indicators` lists them"),
        ("and", "there is no `and`: `astrolabe indicators` lists them"),
        ("qqqq", "there is no `qqqq`: `astrolabe indicators` lists them"),
    ],
)
def test_who_asks_for_another_name_hears_the_nearest(asked: str, sentence: str) -> None:
    with pytest.raises(LanguageError) as refusal:
        entry_of(asked)
    assert refusal.value.sentence == sentence
