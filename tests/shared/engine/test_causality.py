"""Nothing that is computed for a bar changes when more bars come: everything registered is replayed."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from shared.engine.bars import Bars, Floats
from shared.engine.causality import (
    Leak,
    Market,
    Produce,
    Producer,
    register,
    registered,
    replay,
    spread,
    until,
)
from shared.engine.language import Definition, read_strategy
from shared.engine.language.functions import FUNCTIONS
from shared.engine.rules.coarser import closes, coarsened, length
from shared.engine.rules.producers import expressions, register_expression, register_strategy
from tests.shared.engine.language.files import CROSS, EVERYTHING
from tests.shared.engine.rules.make import MONDAY, phases, walk

LIBRARY = Path(__file__).parents[3] / "functions" / "strategy" / "library"
SYMBOLS = ("BTCUSDT", "ETHUSDT", "SOLUSDT")


def market(count: int, start: int, *, gaps: int) -> Market:
    """Quarters of an hour of three symbols, that begin so many after midnight; one of them lies askew."""
    begins = MONDAY + timedelta(minutes=15 * start)
    return (
        walk(count, symbol="BTCUSDT", seed=1, start=begins, gaps=gaps),
        walk(count, symbol="ETHUSDT", seed=2, start=begins - timedelta(minutes=30), gaps=2 * gaps),
        walk(count, symbol="SOLUSDT", seed=3, start=begins - timedelta(minutes=5), gaps=gaps),
    )


MARKETS = (market(310, 0, gaps=0), market(330, 7, gaps=31))
PHASES = ((phases(450, start=MONDAY + timedelta(minutes=45), gaps=40),),)
TIMEFRAMES_AND_SYMBOLS = (
    "close@1h",
    "sma(close@1h, 5) - ema(close, 9)@4h",
    "close@1h[2]",
    "atr(5)@1h > atr(5)@4h",
    "highest(close@1h - close, 7)",
    "crosses_above(close@1h, close@4h)",
    "bars_since(rising(close@1h, 2))",
    "value_when(close@4h > open@4h, close@1h)",
    "pivots().r1@4h",
    "volume@4h + high@4h - low@4h",
    'vwap("America/New_York")@1h',
    'amd_phase() == "accumulation"',
    'close["ETHUSDT"] / close',
    'sma(close["SOLUSDT"], 5)',
    '(close@1h - sma(close, 5))["ETHUSDT"]',
    'rsi(close, 5)["SOLUSDT"]@1h',
    'crosses_below(close["ETHUSDT"], sma(close["ETHUSDT"]@1h, 3))',
    'bars_since(close > open)["SOLUSDT"]',
    "rank(sma(close@1h, 3), universe) == 1",
    'rank(close / close["ETHUSDT"], universe)',
    '(not close@1h > open or close[3] > close) and between_time("22:00", "02:00", "Europe/Madrid")',
)
STRATEGIES = {"cross": CROSS, "everything": EVERYTHING} | {
    path.stem: path.read_text() for path in sorted(LIBRARY.glob("*.toml"))
}


def markets_of(definition: Definition) -> tuple[Market, ...]:
    """Walks of the symbols and the timeframe that it asks for, with others beside them."""
    symbols = [*definition.universe, *(leg.symbol for leg in definition.legs), *sorted(definition.symbols)]
    symbols = list(dict.fromkeys(symbols)) or list(SYMBOLS[:2])
    timeframe = definition.timeframe or "15m"
    count = min(2_000, max(300, 2 * definition.look_back if definition.timeframe else 600))
    start = MONDAY + 5 * timedelta(microseconds=length(timeframe))
    return (
        tuple(
            walk(count, symbol=symbol, seed=seed, timeframe=timeframe, start=start, gaps=20)
            for seed, symbol in enumerate(symbols)
        ),
    )


def register_all() -> None:
    if not registered():
        for text in (*expressions(), *TIMEFRAMES_AND_SYMBOLS):
            register_expression(text, PHASES if "amd_phase" in text else MARKETS)
        for name, text in STRATEGIES.items():
            definition = read_strategy(text)
            register_strategy(f"strategy {name}", definition, markets_of(definition))


register_all()


@pytest.mark.parametrize("producer", registered(), ids=lambda producer: producer.name)
def test_nothing_changes_when_more_bars_come(producer: Producer) -> None:
    for tried in producer.markets:
        assert replay(producer, tried) is None
        assert any(np.isfinite(array).any() for array in producer.produce(tried))


def test_every_function_of_the_language_is_registered() -> None:
    names = {producer.name.split("(")[0] for producer in registered()}
    assert set(FUNCTIONS) <= names
    assert {f"strategy {path.stem}" for path in LIBRARY.glob("*.toml")} <= names


def test_data_ends_inside_coarser_bars_as_well_as_on_them() -> None:
    for tried in MARKETS:
        ends = closes(tried[0])[spread(len(tried[0]))]
        for timeframe in ("1h", "4h"):
            on = ends % length(timeframe) == 0
            assert 2 <= on.sum() < len(on)


# planted leaks


def centred(market: Market) -> list[Floats]:
    return [np.convolve(bars.close, np.ones(5) / 5, mode="same") for bars in market]


def full_sample_zscore(market: Market) -> list[Floats]:
    return [(bars.close - bars.close.mean()) / (bars.close.std() + 1e-9) for bars in market]


def unshifted_hour(market: Market) -> list[Floats]:
    """The hour that is still forming is seen on each of its quarters."""

    def hourly(bars: Bars) -> Floats:
        hours = coarsened(bars, "1h")
        place = np.searchsorted(hours.time, bars.time, side="right") - 1
        return np.append(hours.close, np.nan)[place]

    return [hourly(bars) for bars in market]


def back_filled(market: Market) -> list[Floats]:
    def filled(bars: Bars) -> Floats:
        hours = np.where(closes(bars) % length("1h") == 0, bars.close, np.nan)
        following = np.minimum.accumulate(np.where(np.isnan(hours), len(hours), np.arange(len(hours)))[::-1])[
            ::-1
        ]
        return np.append(hours, np.nan)[following]

    return [filled(bars) for bars in market]


def tomorrow(market: Market) -> list[Floats]:
    """One lonely look at the next bar, far from the start."""
    said = market[0].close.copy()
    said[200:201] = market[0].close[201:202] if len(said) > 201 else said[200:201]
    return [said]


@pytest.mark.parametrize("leaking", [centred, full_sample_zscore, unshifted_hour, back_filled])
def test_a_planted_leak_is_caught_and_named(leaking: Produce) -> None:
    producer = Producer(getattr(leaking, "__name__", ""), leaking, MARKETS)
    for tried in MARKETS:
        leak = replay(producer, tried)
        assert leak is not None
        assert leak.producer == producer.name
        assert producer.name in str(leak)


def test_the_first_bar_that_changed_is_reported() -> None:
    """The mean of five around it: of the first bar two are outside, and the next two are looked at."""
    tried = MARKETS[0][:1]
    leak = replay(Producer("centred", centred, ()), tried, ends=[40, 9, 20])
    close = tried[0].close
    assert leak is not None
    assert leak[:4] == ("centred", 0, 8, 10)
    assert (leak.before, leak.after) == pytest.approx((close[6:10].sum() / 5, close[6:11].sum() / 5))
    said = f"was {leak.before} when 10 bars were known, and is {leak.after} with more"
    assert str(leak) == f"centred: output 0 of bar 8 {said}"


def test_a_leak_of_one_bar_is_found_where_the_data_ends_on_it() -> None:
    producer = Producer("tomorrow", tomorrow, ())
    assert isinstance(replay(producer, MARKETS[0], ends=[200]), Leak)
    assert replay(producer, MARKETS[0], ends=[199, 201, 202]) is None


def test_a_sign_of_zero_that_changes_is_a_change() -> None:
    def signed(market: Market) -> list[Floats]:
        return [np.zeros(len(market[0])) * (-1.0 if len(market[0]) > 100 else 1.0)]

    assert replay(Producer("signed", signed, ()), MARKETS[0], ends=[50]) is not None


def test_what_is_known_at_a_time_has_closed() -> None:
    own, _, askew = until(MARKETS[0], int(closes(MARKETS[0][0])[9]))
    assert len(own) == 10
    assert closes(askew)[-1] <= closes(own)[-1] < closes(askew)[-1] + length("15m")


def test_a_name_is_registered_once() -> None:
    name = registered()[0].name
    with pytest.raises(ValueError, match="registered already"):
        register(name, centred, MARKETS)
