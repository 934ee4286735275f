"""How far trades went, for their holder and against him: by hand, and against a loop over the bars."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.engine.metrics import excursions, measure
from shared.engine.outcome import Trades
from tests.shared.engine.metrics.make import bars, outcome, times, trades

LOW = [95, 90, 97, 85, 99]
HIGH = [105, 110, 120, 130, 125]
MARKET = bars([100, 100, 100, 100, 100], low=LOW, high=HIGH, open=[100, 101, 102, 103, 104])


def found(made: Trades) -> tuple[list[float], list[float]]:
    adverse, favourable = excursions(outcome([100] * 5, made=made), (MARKET,))
    return adverse.tolist(), favourable.tolist()


def test_a_long_trade_counts_the_bars_before_its_exit_whole() -> None:
    made = trades([1], entry_bar=0, exit_bar=3, entry_price=100, exit_price=103)
    assert found(made) == ([pytest.approx(-0.1)], [pytest.approx(0.2)])


def test_a_short_trade_is_the_other_way_round() -> None:
    made = trades([1], side=-1, entry_bar=0, exit_bar=3, entry_price=100, exit_price=103)
    assert found(made) == ([pytest.approx(-0.2)], [pytest.approx(0.1)])


def test_of_the_bar_of_the_exit_only_its_open_and_the_price_are_known() -> None:
    made = trades([1, 1], entry_bar=[2, 2], exit_bar=[3, 3], entry_price=100, exit_price=[92, 128])
    adverse, favourable = found(made)
    assert adverse == pytest.approx([-0.08, -0.03])
    assert favourable == pytest.approx([0.2, 0.28])
    opened = trades([1], entry_bar=3, exit_bar=4, entry_price=100, exit_price=100)
    gapped = bars([100] * 5, low=[99] * 5, high=[101] * 5, open=[100, 100, 100, 100, 80])
    assert excursions(outcome([100] * 5, made=opened), (gapped,)).adverse.tolist() == pytest.approx([-0.2])


def test_a_trade_within_one_bar_knows_its_two_prices_alone() -> None:
    made = trades([1], entry_bar=3, exit_bar=3, entry_price=100, exit_price=98)
    assert found(made) == ([pytest.approx(-0.02)], [0])


def test_the_last_bar_counts_whole_where_the_data_ended() -> None:
    made = trades([1], entry_bar=4, exit_bar=4, entry_price=104, exit_price=100, reason="end_of_data")
    adverse, favourable = found(made)
    assert (adverse, favourable) == ([pytest.approx(99 / 104 - 1)], [pytest.approx(125 / 104 - 1)])


def test_a_symbol_s_data_may_end_before_that_of_others() -> None:
    """It is closed at the end of all, at its own last price."""
    other = bars([10, 10, 10], time=times(5)[:3], symbol="Y", low=[9, 8, 7], high=[11, 12, 13], open=[10] * 3)
    made = trades([1], symbol=1, entry_bar=1, exit_bar=4, entry_price=10, exit_price=10, reason="end_of_data")
    run = outcome([100] * 5, made=made, symbols=("X", "Y"))
    assert excursions(run, (MARKET, other)).adverse.tolist() == pytest.approx([-0.3])


def test_each_symbol_has_bars_of_its_own() -> None:
    """The second has no bar at the first two times."""
    time = times(5)
    other = bars([10, 10, 10], time=time[2:], symbol="Y", low=[9, 8, 7], high=[11, 12, 13], open=[10, 10, 10])
    made = trades([1], symbol=1, entry_bar=2, exit_bar=4, entry_price=10, exit_price=10)
    run = outcome([100] * 5, made=made, symbols=("X", "Y"))
    assert excursions(run, (MARKET, other)).adverse.tolist() == pytest.approx([-0.2])
    assert excursions(run, (other, MARKET)).favourable.tolist() == pytest.approx([0.2])


def test_the_figures_are_means_and_ends() -> None:
    made = trades([1, 1], entry_bar=[0, 2], exit_bar=[1, 3], entry_price=100, exit_price=100)
    result = measure(outcome([100] * 5, made=made), market=(MARKET,))
    assert (result["average_mae"], result["worst_mae"]) == (pytest.approx(-0.04), pytest.approx(-0.05))
    assert (result["average_mfe"], result["best_mfe"]) == (pytest.approx(0.125), pytest.approx(0.2))
    unknown = measure(outcome([100] * 5, made=made))
    assert (unknown["average_mae"], unknown["best_mfe"]) == (None, None)


@given(st.data())
def test_ranges_that_overlap_find_what_a_loop_finds(data: st.DataObject) -> None:
    count = data.draw(st.integers(2, 60))
    rng = np.random.default_rng(data.draw(st.integers(0, 1000)))
    low, high = rng.uniform(80, 100, count), rng.uniform(100, 120, count)
    market = bars([100] * count, low=low, high=high, open=[100] * count)
    rows = st.integers(0, count - 1)
    pairs = [sorted(pair) for pair in data.draw(st.lists(st.tuples(rows, rows), min_size=1, max_size=30))]
    entry, leave = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    made = trades([1] * len(pairs), entry_bar=entry, exit_bar=leave)
    adverse, favourable = excursions(outcome([100] * count, made=made), (market,))
    for row, (begin, end) in enumerate(pairs):
        assert adverse[row] == min(low[begin:end], default=100) / 100 - 1
        assert favourable[row] == max(high[begin:end], default=100) / 100 - 1
    assert (adverse <= 0).all()
    assert (favourable >= 0).all()
