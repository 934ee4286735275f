"""Rules that read the position: a program and the arrays it reads give what the words say."""

import math

import numpy as np
import pytest

from shared.engine.kernel.programs import Machine
from shared.engine.language import check, parse
from shared.engine.plan import Program
from shared.engine.rules import Cache, Evaluator, resolved
from shared.engine.rules.programs import program
from tests.shared.engine.rules.make import bars, walk

NAN = math.nan
QUARTERS = walk(80)


def made(text: str, **parameters: float | bool) -> Program:
    check(parse(text), parameters=parameters, timeframe="15m")
    return program(
        Evaluator(Cache([QUARTERS]), symbol="A", universe=("A",)), resolved(parse(text), parameters)
    )


def said(text: str, bar: int, *, held: float = 1.0, since: float = NAN, profit: float = NAN) -> float:
    return float(Machine(made(text)).result(bar, held, since, profit))


@pytest.mark.parametrize(
    ("text", "since", "profit", "wanted"),
    [
        ("bars_held >= 3", 3, 0, 1),
        ("bars_held >= 3", 2, 0, 0),
        ("bars_held >= 3", NAN, NAN, NAN),
        ("open_profit_pct > 1 + 1 and bars_held > 5", 6, 2.5, 1),
        ("open_profit_pct > 2 and bars_held > 5", 6, 2, 0),
        ("open_profit_pct > 2 or not bars_held > 5", 6, 3, 1),
        ("open_profit_pct > 2 or close > 0", NAN, NAN, 1),
        ("open_profit_pct > 2 and close < 0", NAN, NAN, 0),
        ("-open_profit_pct > 2", 1, -3, 1),
        ("abs(open_profit_pct) + sqrt(bars_held) == 5", 4, -3, 1),
        ("min(bars_held, 7, 9) == 4", 4, 0, 1),
        ("max(bars_held, 7, 9) == 9", 4, 0, 1),
        ("min(9, bars_held, 7) == 7", 8, 0, 1),
        ("where(bars_held > 3, 1, 2) == 2", 3, 0, 1),
        ("where(in_position, open_profit_pct, 0) < 0", 3, -1, 1),
        ("round(open_profit_pct) == 2", 0, 2.5, 1),
        ("bars_held / 0 > 1", 3, 0, NAN),
    ],
)
def test_a_program_says_what_the_rule_says(text: str, since: float, profit: float, wanted: float) -> None:
    held = float(not math.isnan(since))
    assert said(text, 40, held=held, since=since, profit=profit) == pytest.approx(wanted, nan_ok=True)


def test_what_does_not_read_the_position_is_an_array_of_its_own() -> None:
    text = "bars_held > 3 and (close > sma(close, 5) or rsi(close, 14) > 70)"
    compiled = made(text)
    (series,) = compiled.series
    evaluator = Evaluator(Cache([QUARTERS]), symbol="A", universe=("A",))
    wanted = evaluator.numbers(resolved(parse("close > sma(close, 5) or rsi(close, 14) > 70"), {}))
    assert np.array_equal(series, wanted, equal_nan=True)
    for bar in (2, 20, 60):
        known = series[bar]
        assert said(text, bar, since=4) == pytest.approx(known, nan_ok=True)
        assert said(text, bar, since=3) == 0


def test_what_stands_in_it_twice_is_there_once() -> None:
    compiled = made("open_profit_pct > atr(14) or open_profit_pct < -atr(14) - $n", n=1.0)
    assert len(compiled.series) == 2  # atr(14), and -atr(14) - 1
    compiled = made("bars_held > atr(14) or open_profit_pct > atr(14)")
    assert len(compiled.series) == 1


def test_a_coarser_series_stands_on_the_bars_of_the_strategy() -> None:
    quarters = bars([float(i) for i in range(10)])
    evaluator = Evaluator(Cache([quarters]), symbol="A", universe=("A",))
    compiled = program(evaluator, resolved(parse("bars_held > close@1h"), {}))
    assert compiled.series[0].tolist() == pytest.approx([NAN, NAN, NAN, 3, 3, 3, 3, 7, 7, 7], nan_ok=True)


@pytest.mark.parametrize(
    "text", ["log(x)", "exp(x)", "sqrt(x)", "sign(x)", "floor(x)", "ceil(x)", "round(x)"]
)
def test_a_function_gives_the_same_bits_in_a_program_and_in_an_array(text: str) -> None:
    random = np.random.default_rng(3)
    given = np.concatenate((random.normal(0, 300, 2_000), [0.0, -0.0, 0.5, 1.5, 2.5, -0.5, 709.0, 710.0]))
    evaluator = Evaluator(Cache([bars(given.tolist())]), symbol="A", universe=("A",))
    arrays = evaluator.numbers(resolved(parse(text.replace("(x)", "(close)")), {}))
    machine = Machine(program(evaluator, resolved(parse(text.replace("(x)", "(open_profit_pct)")), {})))
    programmed = [machine.result(0, 1.0, 0.0, each) for each in given.tolist()]
    assert np.array_equal(arrays, programmed, equal_nan=True)
