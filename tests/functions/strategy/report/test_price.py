"""The price chart: candles that hold what their bars held, and every trade where it happened."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.strategy.report import candles, page
from functions.strategy.report.price import FEW, KEPT, SYMBOLS, most_traded
from shared.engine.bars import Bars
from tests.functions.strategy.report import make
from tests.functions.strategy.report.reader import data, read


@given(st.integers(1, 300), st.integers(1, 40))
def test_a_candle_holds_what_its_bars_held(count: int, most: int) -> None:
    bars = make.bars(count)
    shown = candles.candles(bars, most)
    assert len(shown.time) <= most
    for row in range(len(shown.time)):
        part = slice(row * shown.each, (row + 1) * shown.each)
        assert shown.time[row] == bars.time[part][0]
        assert (shown.open[row], shown.close[row]) == (bars.open[part][0], bars.close[part][-1])
        assert (shown.high[row], shown.low[row]) == (bars.high[part].max(), bars.low[part].min())


@pytest.mark.parametrize("factor", [1e-7, 0.013, 1.0, 950.0, 1e9])
def test_packed_candles_are_unpacked_to_seven_digits(factor: float) -> None:
    shown = candles.candles(make.bars(100), 100)
    scaled = shown._replace(
        open=shown.open * factor, high=shown.high * factor, low=shown.low * factor, close=shown.close * factor
    )
    told = candles.data(scaled)
    unit, before, row = 10.0 ** -told["places"], 0, 0
    for step, body, above, below in zip(told["open"], told["close"], told["high"], told["low"], strict=True):
        first, last = before + step, before + step + body
        kept = (first, max(first, last) + above, min(first, last) - below, last)
        real = (scaled.open[row], scaled.high[row], scaled.low[row], scaled.close[row])
        assert [value * unit for value in kept] == pytest.approx(real, rel=1e-5)
        before, row = last, row + 1
    assert np.cumsum(told["time"]).tolist() == (shown.time // 1_000_000).tolist()


def test_every_trade_is_marked_where_it_happened() -> None:
    sheet = make.sheet(trade_count=5)
    chart = read(page(sheet)).one("div", data_chart="price").one("svg", kind="plot").one("g", kind="candles")
    lines = chart.one("svg", kind="marks").all("line")
    assert len(lines) == 5
    kinds = [line.attributes["class"] for line in lines]
    assert kinds == ["win" if pnl > 0 else "loss" for pnl in sheet.trades.pnl]
    shown = candles.candles(sheet.market[0], 240)
    start, end = shown.middle[0] - shown.width / 2, shown.middle[-1] + shown.width / 2
    width = end - start
    for line, entry, leave in zip(lines, sheet.trades.entry_at, sheet.trades.exit_at, strict=True):
        places = [float(line.attributes[name].rstrip("%")) for name in ("x1", "x2")]
        assert places == pytest.approx([100 * (at - start) / width for at in (entry, leave)], abs=0.001)
    rising = sheet.trades.exit_price > sheet.trades.entry_price
    drawn_up = [float(line.attributes["y2"]) < float(line.attributes["y1"]) for line in lines]
    assert drawn_up == rising.tolist()


def test_many_trades_are_dots() -> None:
    chart = read(page(make.sheet(trade_count=FEW + 1))).one("div", data_chart="price")
    marks = chart.one("svg", kind="plot").one("g", kind="candles").one("svg", kind="marks")
    assert marks.all("line") == []
    assert len(marks.all("path", kind="dots")) == 1


def test_the_most_traded_of_many_symbols_are_drawn() -> None:
    market = tuple(make.bars(60, symbol=f"S{number}", seed=number) for number in range(30))
    sheet = make.sheet(market=market, trade_count=45)
    assert most_traded(sheet) == tuple(range(SYMBOLS))
    shown = data(page(sheet))["price"]["symbols"]
    assert [symbol["name"] for symbol in shown] == [f"S{number}" for number in range(SYMBOLS)]
    assert sum(len(symbol["time"]) for symbol in shown) <= KEPT
    assert f"The {SYMBOLS} most traded of 30 symbols." in read(page(sheet)).one("section", id="price").text


def test_it_says_where_candles_span_several_bars() -> None:
    market = (make.bars(KEPT * 3),)
    text = read(page(make.sheet(market=market))).one("section", id="price").text
    assert "60\u202f000 bars are drawn as 20\u202f000: each candle spans 3\u202fh." in text


def grown(times: float, *, wick: float = 0.0) -> Bars:
    """From 100 to that many times as much, evenly a bar, but for one low."""
    close = 100.0 * times ** np.linspace(0, 1, 200)
    low = close * 0.999
    low[50] = wick or low[50]
    return replace(make.bars(200), open=close, high=close * 1.001, low=low, close=close)


def words(text: str) -> list[str]:
    chart = read(text).one("div", data_chart="price")
    return [word.text for word in chart.one("svg", kind="scale").one("g", kind="candles").all("text")]


@pytest.mark.parametrize(("times", "first"), [(3.5, "linear"), (20.0, "log")])
def test_a_price_that_grew_manifold_is_drawn_on_a_logarithmic_axis(times: float, first: str) -> None:
    text = page(make.sheet(market=(grown(times),), trade_count=0))
    choices = read(text).one("section", id="price").all("input", name="price-scale")
    assert [choice.attributes["value"] for choice in choices if "checked" in choice.attributes] == [first]
    assert len(choices) == 2
    if first == "log":
        assert words(text) == ["100", "200", "300", "500", "1\u202f000", "2\u202f000"]


def test_one_wick_does_not_leave_all_else_a_sliver() -> None:
    text = page(make.sheet(market=(grown(20.0, wick=0.01),), trade_count=0))
    assert words(text)[0] == "30"
    assert "nan" not in read(text).one("div", data_chart="price").one("svg", kind="plot").text
