"""From what the engine did to what the page shows: lots become quantities, units money, rows times."""

import numpy as np
import pytest

from functions.strategy.report import page, sheet_of
from shared.engine.bars import Bars
from shared.engine.costs import Costs
from shared.engine.metrics import measure
from shared.engine.outcome import REASONS, Outcome, Trades
from tests.functions.strategy.report import make
from tests.functions.strategy.report.reader import read

MONEY = 100_000_000  # units


def outcome(market: tuple[Bars, ...]) -> Outcome:
    time = market[0].time
    equity = np.linspace(1_000.0, 1_100.0, len(time))
    trades = Trades(
        symbol=np.array([1], dtype=np.int32),
        side=np.array([-1], dtype=np.int8),
        quantity=np.array([250]),
        entry_bar=np.array([2]),
        exit_bar=np.array([26]),
        entry_price=np.array([80.0]),
        exit_price=np.array([75.0]),
        commission=np.array([MONEY // 4]),
        pnl=np.array([12 * MONEY]),
        reason=np.array([REASONS.index("take_profit")], dtype=np.int8),
        cost=np.array([200 * MONEY]),
    )
    return Outcome(
        symbols=tuple(bars.symbol for bars in market),
        lots=(1.0, 0.01),
        time=time,
        equity=equity,
        exposed=np.ones(len(time), dtype=np.bool_),
        trades=trades,
        initial=1_000 * MONEY,
        final=1_100 * MONEY,
        turnover=0,
        fills=2,
        digest="0" * 64,
        rejected={"no_cash": 4},
    )


def test_a_sheet_says_what_the_outcome_says() -> None:
    market = (make.bars(3_000, symbol="AAA"), make.bars(3_000, symbol="BBB", seed=8))
    run = outcome(market)
    metrics = measure(run)
    sheet = sheet_of(
        run,
        definition=make.definition(),
        market=market[::-1],
        costs=Costs(),
        metrics=metrics,
        source=make.SOURCE,
    )
    assert sheet.symbols == ("AAA", "BBB")
    assert (sheet.initial, sheet.equity[-1]) == (1_000.0, 1_100.0)
    trades = sheet.trades
    assert (trades.quantity[0], trades.pnl[0], trades.commission[0]) == (2.5, 12.0, 0.25)
    assert trades.pnl_pct[0] == pytest.approx(12.0 / 200.0)
    assert (trades.entry_at[0], trades.exit_at[0]) == (market[0].time[2], market[0].time[26])
    assert (trades.bars_held[0], trades.reason) == (24, ("take_profit",))
    monthly = metrics["monthly_returns"]
    assert isinstance(monthly, dict)
    assert [(f"{m.year}-{m.month:02}", m.value) for m in sheet.months] == list(monthly.items())
    assert sheet.confidence["max_drawdown"] is not None
    low, high = sheet.confidence["max_drawdown"]
    assert -1 <= low <= high <= 0
    assert sheet.rolling is None or len(sheet.rolling.time) == len(sheet.rolling.value)


def test_its_page_shows_every_figure_that_was_measured_by_a_name_of_its_own() -> None:
    market = (make.bars(3_000, symbol="AAA"), make.bars(3_000, symbol="BBB", seed=8))
    run = outcome(market)
    metrics = measure(run, market=market, benchmark=market[0])
    sheet = sheet_of(
        run, definition=make.definition(), market=market, costs=Costs(), metrics=metrics, source=make.SOURCE
    )
    figures = read(page(sheet)).one("section", id="figures")
    assert len(figures.all("dt")) == len(metrics) - 1  # the months have a figure of their own
    assert "Further figures" not in [head.text for head in figures.all("h3")]
    assert "no cash for a lot4" in read(page(sheet)).one("section", id="setting").text
