"""Warnings: every code in both languages, with the same values, and none that nobody gives."""

import re
from pathlib import Path
from string import Formatter
from typing import get_args

import pytest

from functions import strategy
from functions.strategy import showing
from functions.strategy.remarks import AMBIGUOUS, ORDERS, REFUSALS, SENTENCES, listed, reasons, remark, told
from functions.strategy.saying import Place, span
from shared.engine.kernel import records
from shared.engine.outcome import Ended

HOUR = 3_600_000_000  # µs


def blanks(sentence: str) -> set[tuple[str, bool]]:
    """The names of the values, and whether a word is chosen by it."""
    return {(name, "|" in (spec or "")) for _, name, spec, _ in Formatter().parse(sentence) if name}


def test_both_languages_tell_the_same_values() -> None:
    for code, (english, spanish) in SENTENCES.items():
        assert english != spanish
        assert blanks(english) == blanks(spanish), code


def test_every_way_in_which_an_entry_is_refused_or_a_run_ends_has_a_sentence() -> None:
    assert set(REFUSALS) == set(records.REFUSALS)
    assert set(AMBIGUOUS) == set(records.AMBIGUOUS)
    assert set(get_args(Ended)) - {""} <= set(SENTENCES)
    assert set(ORDERS) == {"limit", "stop"}


def test_every_code_is_given_somewhere() -> None:
    folder = Path(str(strategy.__file__)).parent
    code = "".join(path.read_text() for path in folder.rglob("*.py") if path.name != "remarks.py")
    given = set(re.findall(r'"(\w+)"', code)) | set(get_args(Ended))
    assert set(SENTENCES) - given == set()


@pytest.mark.parametrize(
    ("one", "english", "spanish"),
    [
        (
            remark("gaps", symbols=("BTC",), timeframe="1h", gaps=1, longest=5 * HOUR, after=HOUR),
            "BTC: 1 gap between bars of 1h, the longest of 5 hours after 1970-01-01 01:00; "
            "nothing is filled in",
            "BTC: 1 hueco entre velas de 1h, el mayor de 5 horas tras 1970-01-01 01:00; no se rellena nada",
        ),
        (
            remark("empty_volume", rows=2, where=Place("a.csv", "line", 4, "Volume")),
            "2 rows have no volume, the first is a.csv, line 4, column Volume: it is taken as 0",
            "2 filas no tienen volumen, la primera es a.csv, línea 4, columna Volume: se toma como 0",
        ),
        (
            remark("dear_commission", rate=0.025),
            "the commission takes 2.5 % of each fill: 0.001 is 0.1 %",
            "la comisión se lleva un 2,5 % de cada ejecución: 0.001 es un 0,1 %",
        ),
        (
            remark("entries_refused", refused=reasons({"cooldown": 2, "halted": 0, "of_later": 1})),
            "entries not made: 2 because the last exit was too recent; 1 because of later",
            "entradas no realizadas: 2 porque la última salida era demasiado reciente; 1 porque of later",
        ),
        (
            remark("order_never_reached", order="limit"),
            "no trade was made: the price never came to its limit orders while they rested",
            "no se hizo ninguna operación: el precio nunca llegó a sus órdenes limitadas mientras esperaban",
        ),
    ],
    ids=lambda value: getattr(value, "code", ""),
)
def test_a_remark_is_told_in_the_language_of_who_reads(one: object, english: str, spanish: str) -> None:
    assert (told(one), told(one, "es")) == (english, spanish)  # type: ignore[arg-type]


def test_programs_get_the_code_and_the_values() -> None:
    where = Place("a.parquet", "row", 3, "v")
    assert listed([remark("empty_volume", rows=1, where=where), remark("ruined")]) == [
        {
            "code": "empty_volume",
            "values": {"rows": 1, "where": {"file": "a.parquet", "part": "row", "number": 3, "column": "v"}},
        },
        {
            "code": "ruined",
            "values": {},
        },
    ]


@pytest.mark.parametrize(
    ("length", "english", "spanish"),
    [
        (24 * HOUR, "1 day", "1 día"),
        (3 * HOUR // 2, "90 minutes", "90 minutos"),
        (HOUR, "1 hour", "1 hora"),
        (1_000_000, "1 second", "1 segundo"),
        (1_500_000, "1500000 µs", "1500000 µs"),
    ],
)
def test_a_length_of_time_is_exact(length: int, english: str, spanish: str) -> None:
    assert (span(length), span(length, "es")) == (english, spanish)


def test_the_words_of_the_terminal_have_the_same_blanks() -> None:
    for english, spanish in showing.WORDS.values():
        assert english != spanish
        assert english.count("{}") == spanish.count("{}")
