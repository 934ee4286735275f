"""Every trade with all that is known of it, as HTML for reading and as columns for the script."""

import numpy as np
import pytest

from functions.strategy.report import page
from functions.strategy.report.trade_table import MOST, WITHOUT_SCRIPT, places
from tests.functions.strategy.report import make
from tests.functions.strategy.report.reader import data, read


def test_a_row_tells_all_of_a_trade() -> None:
    market = (make.bars(),)
    trades = make.trades(market, 1)._replace(
        side=np.array([-1], dtype=np.int8),
        quantity=np.array([0.12345678]),
        entry_price=np.array([101.5]),
        exit_price=np.array([99.25]),
        pnl=np.array([-1234.567]),
        pnl_pct=np.array([-0.0123]),
        commission=np.array([0.5]),
        reason=("stop_loss",),
    )
    table = read(page(make.sheet(market=market, trades=trades))).one("table", kind="trades")
    heads = [head.text for head in table.one("thead").all("th")]
    cells = [cell.text for cell in table.one("tbody").one("tr") if cell.tag in ("th", "td")]
    told = dict(zip(heads, cells, strict=True))
    assert told == {
        "#": "1",
        "Side": "short",
        "Quantity": "0.12345678",
        "Entry": "2020-01-01 00:00",
        "Entry price": "101.50",
        "Exit": "2020-01-21 19:00",
        "Exit price": "99.25",
        "Bars": "499",
        "Profit": "−1\u202f234.57",
        "Return": "−1.23\u202f%",
        "Costs": "0.50",
        "Closed by": "stop loss",
    }


def test_a_symbol_is_named_where_there_are_several() -> None:
    market = (make.bars(symbol="AAA"), make.bars(symbol="BBB"))
    table = read(page(make.sheet(market=market, trade_count=2))).one("table", kind="trades")
    assert [cell.text for cell in table.all("td", kind="symbol")] == ["AAA", "BBB"]


@pytest.mark.parametrize("count", [1, WITHOUT_SCRIPT, WITHOUT_SCRIPT + 1])
def test_the_first_trades_can_be_read_without_a_script(count: int) -> None:
    section = read(page(make.sheet(trade_count=count))).one("section", id="trades")
    assert len(section.one("tbody").all("tr")) == min(count, WITHOUT_SCRIPT)
    assert len(section.all("p", kind="scriptless")) == int(count > WITHOUT_SCRIPT)


def test_the_script_is_given_every_column_in_full() -> None:
    sheet = make.sheet(trade_count=40)
    told = data(page(sheet))["trades"]
    assert told["pnl"] == pytest.approx(sheet.trades.pnl.tolist(), abs=0.005)
    assert told["pnl_pct"] == pytest.approx(sheet.trades.pnl_pct.tolist(), abs=0.00005)
    assert told["exit_price"] == pytest.approx(sheet.trades.exit_price.tolist(), rel=1e-6)
    assert told["entry_at"] == (sheet.trades.entry_at // 1_000_000).tolist()
    assert [told["reasons"][reason] for reason in told["exit_reason"]] == ["exit rule"] * 40
    assert {len(told[name]) for name in ("side", "quantity", "exit_at", "bars_held", "commission")} == {40}
    assert told["first"] == 1


def test_of_too_many_the_last_are_kept_under_their_own_numbers() -> None:
    count = MOST + 10
    told = page(make.sheet(count=count * 2, trade_count=count))
    assert data(told)["trades"]["first"] == 11
    assert read(told).one("table", kind="trades").one("tbody").all("th")[0].text == "11"


def test_digits_stand_below_digits() -> None:
    assert places(np.array([1.5, 2.25, 3.0])) == 2
    assert places(np.array([11_212.2233445, 9.5])) == 3
    assert places(np.array([0.00012345678901])) == 8
    assert places(np.array([1.386815, 1.38])) == 6
    assert places(np.array([3e9, 1.25])) == 0
    assert places(np.array([])) == 0


def test_days_have_no_clock_where_no_trade_needs_one() -> None:
    market = (make.bars(),)
    trades = make.trades(market, 1)
    daily = trades._replace(entry_at=np.array([make.START]), exit_at=np.array([make.START + 48 * make.HOUR]))
    cells = read(page(make.sheet(market=market, trades=daily))).all("td", kind="time")
    assert [cell.text for cell in cells] == ["2020-01-01", "2020-01-03"]
