"""What a single plan computes, it computes once, and holds no longer than its rules ask for it."""

import weakref

import pytest

from shared.engine.bars import Floats
from shared.engine.costs import FREE
from shared.engine.indicators import compute
from shared.engine.language import read_strategy
from shared.engine.plan import Plan
from shared.engine.rules import indicating, plan
from tests.shared.engine.rules.make import walk

QUARTERS = walk(300, seed=8)


class Watched:
    """The indicators that were computed, and of how many the values were there when each began."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.held: list[int] = []
        self._values: list[weakref.ref[Floats]] = []

    def compute(self, name: str, *given: object) -> tuple[Floats, ...]:
        self.names.append(name)
        self.held.append(sum(values() is not None for values in self._values))
        computed = compute(name, *given)  # type: ignore[arg-type]
        self._values += map(weakref.ref, computed)
        return computed


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    watched = Watched()
    monkeypatch.setattr(indicating, "compute", watched.compute)
    return watched


def made(rules: str) -> Plan:
    return plan(
        read_strategy(f'name = "a"\n[entry]\n{rules}'), [QUARTERS], instruments={}, costs=FREE, cash=1.0
    )


def test_values_make_room_for_the_next(watched: Watched) -> None:
    made(
        'long = "rsi(close, 5) < 30 and cci(9) < 0 and macd(close).signal > macd(close).macd and adx(5) > 1"'
    )
    assert watched.names == ["rsi", "cci", "macd", "adx"]
    assert watched.held == [0, 0, 0, 0]


def test_values_stay_until_the_last_rule_has_asked(watched: Watched) -> None:
    made(
        'long = "crosses_above(ema(close, 3), ema(close, 9))"\n[exit]\n'
        'long = "crosses_below(ema(close, 3), ema(close, 9)) or adx(5) > 90"'
    )
    assert watched.names == ["ema", "ema", "adx"]
    assert watched.held == [0, 1, 0]


def test_a_distance_and_a_rule_share_what_both_ask_for(watched: Watched) -> None:
    traded = made('long = "atr(14) > 0"\n[risk]\nstop_loss = { atr = 2.0 }').traded[0]
    assert watched.names == ["atr"]
    assert list(traded.ranges) == [14]


def test_one_part_of_two_wholes_is_computed_once(watched: Watched) -> None:
    made('long = "sma(close, 5) + 1 > close and sma(close, 5) - 1 < close and rising(sma(close, 5), 2)"')
    assert watched.names == ["sma", "rising"]
