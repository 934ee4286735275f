"""A market that was made to show each phase, and what must change nothing."""

import numpy as np
import pytest

from shared.engine.bars import Bars
from shared.engine.indicators.phases import PROBE
from shared.engine.language.functions import AMD_BARS, PHASES
from tests.shared.engine.indicators.bar_walks import HOUR, altered, call, candles, first

NAMES = {**dict(enumerate(PHASES)), -1: None}


def read(bars: Bars) -> list[str | None]:
    (phase,) = call("amd_phase", bars)
    return [NAMES[each] for each in np.nan_to_num(phase, nan=-1).astype(int).tolist()]


def market(closes: list[float], *, loud: dict[int, float] | None = None) -> Bars:
    """Bars of height 1 at least, that open at the last close."""
    close = np.array(closes)
    open_ = np.concatenate([close[:1], close[:-1]])
    high, low = np.maximum(open_, close) + 0.25, np.minimum(open_, close) - 0.25
    volume = np.full(len(close), 100.0)
    for bar, many in (loud or {}).items():
        volume[bar] = many
    return Bars("X", "1h", np.arange(len(close)) * HOUR, open_, high, low, close, volume)


TREND = [float(x) for x in range(50, 210)]
RANGE = [
    210.0 + (0.5 if bar % 2 else 0.0) for bar in range(60)
]  # from bar 160 to 219, edges 209.75 and 210.75


def test_a_trend_has_no_phase_and_a_range_after_it_is_an_accumulation() -> None:
    phases = read(market(TREND + RANGE))
    assert set(phases[: AMD_BARS - 1]) == {None}
    assert set(phases[AMD_BARS - 1 :]) == {"accumulation"}
    assert set(read(market([float(x) for x in range(50, 400)]))) == {None}


@pytest.mark.parametrize("probe", [208.0, 213.0])
def test_a_probe_beyond_the_edge_that_returns_is_a_manipulation(probe: float) -> None:
    bars = TREND + RANGE + [probe, 210.0] + [210.5, 210.0] * 20
    phases = read(market(bars))
    assert phases[219] == "accumulation"
    assert phases[221:241] == ["manipulation"] * 20
    last = max(bar for bar, phase in enumerate(phases) if phase == "manipulation")
    assert last < 221 + 20 + PROBE
    assert phases[last + 1] in {"accumulation", None}


def test_a_loud_way_out_is_a_distribution_until_it_comes_back() -> None:
    out = [213.0, 214.0, 215.0, 216.0, 217.0]
    loud = dict.fromkeys(range(220, 225), 400.0)
    phases = read(market(TREND + RANGE + out + [209.0] * 3, loud=loud))
    assert phases[221:225] == ["distribution"] * 4
    assert "distribution" not in phases[225:]
    quiet = read(market(TREND + RANGE + out))
    assert "distribution" not in quiet


def test_where_no_volume_is_known_the_price_decides() -> None:
    bars = market(TREND + RANGE + [213.0, 214.0, 215.0])
    assert read(altered(bars, volume=np.zeros(len(bars))))[220:] == ["distribution"] * 3


@pytest.mark.parametrize(("way", "phase"), [(1, "re-accumulation"), (-1, "accumulation")])
def test_a_range_after_it_keeps_what_was_won_or_not(way: int, phase: str) -> None:
    out = [210.0 + way * step for step in (3.0, 4.0, 5.0, 6.0)]
    after = [210.0 + way * (6.0 + (0.5 if bar % 2 else 0.0)) for bar in range(45)]
    phases = read(market(TREND + RANGE + out + after, loud=dict.fromkeys(range(220, 224), 400.0)))
    assert phases[223] == "distribution"
    assert phases[-1] == phase


def test_older_bars_change_nothing() -> None:
    bars = candles(1_500, seed=7, tick=0.125)
    whole = call("amd_phase", bars)[0]
    assert {each for each in whole.tolist() if each == each} == {0.0, 1.0, 2.0, 3.0}
    for end in range(AMD_BARS, len(bars), 7):
        window = Bars("X", "1h", bars.time[end - 200 : end], *(c[end - 200 : end] for c in bars.prices))
        assert np.array_equal(call("amd_phase", window)[0][-1:], whole[end - 1 : end], equal_nan=True)


def test_the_rest_of_the_day_changes_nothing() -> None:
    bars = candles(24 * 40, seed=7)
    whole = call("amd_phase", bars)[0]
    for end in range(200, len(bars), 5):
        assert call("amd_phase", first(bars, end))[0].tobytes() == whole[:end].tobytes()
