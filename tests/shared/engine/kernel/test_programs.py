"""The words of rules that read the position."""

import math

import numpy as np
import pytest

from shared.engine.kernel.programs import CODES, TAKES, WORDS, Machine, depth
from shared.engine.plan import Program

NAN = math.nan


def worked_out(*words: str | float, held: float = 0.0, bars: float = NAN, profit: float = NAN) -> float:
    """Numbers are constants."""
    constants = [word for word in words if not isinstance(word, str)]
    codes = [CODES[word] if isinstance(word, str) else CODES["constant"] for word in words]
    places = iter(range(len(constants)))
    operands = [0 if isinstance(word, str) else next(places) for word in words]
    program = Program(np.array(codes), np.array(operands), np.array(constants), (np.array([5.0, 6.0]),))
    return Machine(program).result(1, held, bars, profit)


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (("series",), 6),
        ((2.0, "negate"), -2),
        ((-2.0, "abs"), 2),
        ((9.0, "sqrt"), 3),
        ((math.e, "log"), 1),
        ((0.0, "exp"), 1),
        ((-3.0, "sign"), -1),
        ((2.7, "floor"), 2),
        ((2.1, "ceil"), 3),
        ((2.5, "round"), 2),
        ((3.5, "round"), 4),
        ((1.0, 2.0, "+"), 3),
        ((1.0, 2.0, "-"), -1),
        ((3.0, 2.0, "*"), 6),
        ((3.0, 2.0, "/"), 1.5),
        ((1.0, 2.0, "<"), 1),
        ((2.0, 2.0, "<="), 1),
        ((2.0, 2.0, ">"), 0),
        ((2.0, 2.0, ">="), 1),
        ((2.0, 2.0, "=="), 1),
        ((2.0, 2.0, "!="), 0),
        ((1.0, 2.0, "min"), 1),
        ((1.0, 2.0, "max"), 2),
        ((1.0, 7.0, 8.0, "where"), 7),
        ((0.0, 7.0, 8.0, "where"), 8),
        ((1.0, 2.0, "-", 3.0, "*"), -3),
    ],
)
def test_words_work_as_they_read(words, value):
    assert worked_out(*words) == pytest.approx(value)


@pytest.mark.parametrize(
    "words",
    [
        (-1.0, "sqrt"),
        (0.0, "log"),
        (1.0, 0.0, "/"),
        (1e308, 10.0, "*"),
        (1000.0, "exp"),
        (NAN, 1.0, "=="),
        (NAN, 1.0, "max"),
        (NAN, "not"),
        (NAN, 1.0, 2.0, "where"),
        (1.0, NAN, "and"),
        (0.0, NAN, "or"),
        ("bars_held",),
        ("open_profit_pct",),
    ],
)
def test_what_is_undefined_stays_so(words):
    assert math.isnan(worked_out(*words))


def test_and_and_or_may_know_without_the_other():
    assert worked_out(NAN, 0.0, "and") == worked_out(0.0, NAN, "and") == 0.0
    assert worked_out(NAN, 1.0, "or") == worked_out(1.0, NAN, "or") == 1.0
    assert worked_out(1.0, 1.0, "and") == worked_out(1.0, 0.0, "or") == 1.0


def test_the_position_is_read():
    assert worked_out("in_position", held=1.0) == 1.0
    assert worked_out("bars_held", 3.0, ">=", bars=3.0) == 1.0
    assert worked_out("open_profit_pct", profit=1.5) == 1.5


def test_the_stack_is_as_high_as_it_needs():
    assert set(TAKES) == set(WORDS)
    codes = np.array([CODES[word] for word in ("constant", "constant", "constant", "+", "+")])
    assert depth(Program(codes, np.zeros(5, int), np.ones(1), ())) == 3
