"""Random expressions: an array says what a program says, and no bar knows of a later one."""

from dataclasses import replace
from datetime import timedelta

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from shared.engine.causality import Market, replay
from shared.engine.kernel.programs import Machine
from shared.engine.language import parse
from shared.engine.rules import Cache, Evaluator, evaluate, resolved
from shared.engine.rules.masks import unpacked
from shared.engine.rules.producers import of_expression
from shared.engine.rules.programs import program
from tests.shared.engine.rules.expressions import RULES, SERIES
from tests.shared.engine.rules.make import MONDAY, walk

LATER = MONDAY + timedelta(minutes=15 * 3)
MARKETS: tuple[Market, ...] = (
    (walk(90, gaps=9, start=LATER), walk(96, seed=2, symbol="B", gaps=20)),
    (walk(96), walk(90, seed=2, symbol="B", start=LATER - timedelta(minutes=5))),
)
UNDEFINED = replace(walk(40), volume=np.where(np.arange(40) % 3, np.arange(40.0) - 9, np.nan))


@settings(max_examples=100)
@given(RULES)
def test_a_rule_says_the_same_as_an_array_and_as_a_program(text: str) -> None:
    """The volume, here undefined on every third bar, stands for what the position would be."""
    evaluator = Evaluator(Cache([UNDEFINED]), symbol="A", universe=("A",))
    node = resolved(parse(text), {})
    said = evaluator.numbers(node)
    if "volume" in text:
        machine = Machine(program(evaluator, resolved(parse(text.replace("volume", "bars_held")), {})))
        programmed = [machine.result(i, 1.0, held, 0.0) for i, held in enumerate(UNDEFINED.volume.tolist())]
        assert np.array_equal(said, programmed, equal_nan=True)
    holds = unpacked(evaluator.condition(node).true, 40)
    assert np.array_equal(holds, said == 1.0)


@settings(max_examples=60)
@given(SERIES, st.sampled_from(MARKETS))
def test_nothing_changes_when_more_bars_come(text: str, market: Market) -> None:
    assert replay(of_expression(text), market, ends=range(5, 80, 7)) is None


@settings(max_examples=50)
@given(st.lists(SERIES, min_size=2, max_size=4), st.sampled_from(MARKETS))
def test_what_was_computed_before_changes_nothing(texts: list[str], market: Market) -> None:
    cache = Cache(market, enough=False)
    for text in texts:
        for symbol in "AB":
            shared = evaluate(parse(text), cache, symbol=symbol)
            alone = evaluate(parse(text), Cache(market, enough=False), symbol=symbol)
            assert np.array_equal(shared, alone, equal_nan=True)
