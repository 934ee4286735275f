"""Finer bars beside those of a run: which agree, and what is refused."""

from dataclasses import replace

import numpy as np
import pytest

from shared.engine.bars import Bars
from shared.engine.costs import FREE
from shared.engine.language.strategy import read_strategy
from shared.engine.rules import DataError, plan, resolved_on
from shared.engine.rules.finer import laid_beside

MINUTE = 60_000_000
HOURS = np.arange(4) * 60 * MINUTE
COLUMNS = ("time", "open", "high", "low", "close", "volume")


def bars(time: np.ndarray, rows: list[tuple[float, ...]], timeframe: str, symbol: str = "AAA") -> Bars:
    return Bars(symbol, timeframe, time, *np.array(rows, dtype=float).T.copy(), np.ones(len(rows)))


WHOLE = bars(HOURS, [(10, 13, 9, 12), (12, 15, 11, 14), (14, 14, 10, 11), (11, 12, 11, 12)], "1h")
HALVES = bars(
    np.arange(8) * 30 * MINUTE,
    [
        *((10, 13, 10, 11), (11, 12, 9, 12)),
        *((12, 15, 12, 13), (13, 14, 11, 14)),
        *((14, 14, 10, 10), (10, 11, 10, 11)),
        *((11, 12, 11, 12), (12, 12, 12, 12)),
    ],
    "30m",
)


def without(finer: Bars, *rows: int) -> Bars:
    kept = [row for row in range(len(finer)) if row not in rows]
    return replace(finer, **{name: getattr(finer, name)[kept] for name in COLUMNS})


def changed(finer: Bars, name: str, row: int, value: float) -> Bars:
    column = getattr(finer, name).copy()
    column[row] = value
    return replace(finer, **{name: column})


def test_every_bar_finds_its_own():
    found = laid_beside(WHOLE, HALVES)
    assert (found.first.tolist(), found.last.tolist()) == ([0, 2, 4, 6], [2, 4, 6, 8])
    assert (found.missing, found.differing) == (0, 0)


def test_a_bar_without_any_has_none_and_what_lies_in_no_bar_is_passed_over():
    found = laid_beside(WHOLE, without(HALVES, 2, 3))
    assert (found.last - found.first).tolist() == [2, 0, 2, 2]
    assert (found.missing, found.differing) == (1, 0)
    assert (laid_beside(without(WHOLE, 1), HALVES).first).tolist() == [0, 4, 6]


def test_one_that_is_missing_within_is_no_fault_where_the_prices_agree():
    assert (laid_beside(WHOLE, without(HALVES, 7)).last).tolist() == [2, 4, 6, 7]
    assert laid_beside(WHOLE, without(HALVES, 6)).differing == 1  # now it opens at 12


@pytest.mark.parametrize(
    ("name", "row", "value"),
    [("open", 2, 12.5), ("high", 2, 15.5), ("low", 3, 10.5), ("low", 3, 11.5), ("close", 3, 13)],
)
def test_a_price_that_differs_leaves_its_bar_without(name, row, value):
    found = laid_beside(WHOLE, changed(HALVES, name, row, value))
    assert (found.last - found.first).tolist() == [2, 0, 2, 2]
    assert (found.missing, found.differing) == (0, 1)


def test_a_price_that_is_none_differs():
    assert laid_beside(WHOLE, changed(HALVES, "high", 3, np.nan)).differing == 1


def test_a_bar_ends_where_the_next_one_opens():
    early = replace(WHOLE, time=HOURS - np.array([0, 30, 0, 0]) * MINUTE)  # the first lasts half an hour
    assert laid_beside(early, HALVES).differing == 2


def test_one_that_closes_after_its_bar_leaves_it_without():
    late = changed(HALVES, "time", 3, HALVES.time[3] + 15 * MINUTE)
    assert laid_beside(WHOLE, late).differing == 1


@pytest.mark.parametrize(
    ("finer", "sentence"),
    [
        (replace(HALVES, timeframe="1h"), "AAA: bars of 1h are not finer than those of the run, of 1h"),
        (replace(HALVES, timeframe="4h"), "AAA: bars of 4h are not finer than those of the run, of 1h"),
        (without(HALVES, *range(8)), "there is no finer bar of AAA"),
        (
            replace(HALVES, time=HALVES.time[::-1].copy()),
            "the finer bars of AAA are not in the order of their time",
        ),
        (
            changed(HALVES, "time", 1, 0),
            "the finer bars of AAA are not in the order of their time",
        ),
        (
            replace(HALVES, time=HALVES.time + 24 * 60 * MINUTE),
            "no finer bar of AAA lies in a bar of it: 1970-01-01 00:00 to 1970-01-01 03:00 (1h) and"
            " 1970-01-02 00:00 to 1970-01-02 03:30 (30m)",
        ),
        (
            replace(HALVES, time=HALVES.time + 15 * MINUTE),
            "the finer bars of AAA are not aligned: bars of 30m do not end where its bars of 1h do",
        ),
        (
            replace(HALVES, close=HALVES.close * 1.01, high=HALVES.high * 1.01),
            "the finer bars of AAA are of something else: 4 of 4 bars do not agree with theirs;"
            " of that of 1970-01-01 00:00, its high is 13, and theirs 13.13",
        ),
    ],
)
def test_what_cannot_be_used_is_refused(finer, sentence):
    with pytest.raises(DataError) as refused:
        laid_beside(WHOLE, finer)
    assert (refused.value.code, refused.value.sentence) == ("detail", sentence)


def test_finer_bars_are_of_a_symbol_of_the_data_once():
    assert list(resolved_on([WHOLE], [HALVES])) == ["AAA"]
    assert resolved_on([WHOLE], []) == {}
    with pytest.raises(DataError, match="there are finer bars of `BBB`, and the data is of `AAA`"):
        resolved_on([WHOLE], [replace(HALVES, symbol="BBB")])
    with pytest.raises(DataError, match="AAA has finer bars twice"):
        resolved_on([WHOLE], [HALVES, HALVES])


def test_a_plan_takes_them_and_one_of_legs_refuses_them():
    terms = {"instruments": {}, "costs": FREE, "cash": 1000.0}
    detail = resolved_on([WHOLE], [HALVES])
    rules = 'name = "R"\n[entry]\nlong = "close > 1"\n'
    made = plan(read_strategy(rules), [WHOLE], **terms, detail=detail)
    assert made.traded[0].detail is detail["AAA"]
    assert plan(read_strategy(rules), [WHOLE], **terms).traded[0].detail is None
    legs = 'legs = [{ symbol = "AAA", weight = 1 }, { symbol = "BBB", weight = -1 }]\n'
    with pytest.raises(DataError, match="has legs, and none of their orders fills inside a bar"):
        plan(
            read_strategy(rules.replace("[entry]", legs + "[entry]")),
            [WHOLE, replace(WHOLE, symbol="BBB")],
            **terms,
            detail=detail,
        )
