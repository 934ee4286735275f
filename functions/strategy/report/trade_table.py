"""Every trade in a row: the first ones as HTML, all of them as columns for the script that sorts them."""

from html import escape
from typing import Any, Literal, NamedTuple

import numpy as np
from numpy.typing import NDArray

from functions.strategy.report import numbers
from functions.strategy.report.markup import Said
from functions.strategy.report.sheet import Sheet, TradeRows
from shared.engine.bars import Floats, Integers

WITHOUT_SCRIPT = 25
MOST = 5_000
PER_PAGE = 25
LENGTH = 8  # digits of a price or a quantity, at most

Kind = Literal["number", "symbol", "side", "time", "price", "count", "money", "percent", "reason"]


class Column(NamedTuple):
    name: str  # of the words
    kind: Kind  # how the script writes and sorts it


COLUMNS = (
    Column("number", "number"),
    Column("symbol", "symbol"),
    Column("side", "side"),
    Column("quantity", "price"),
    Column("entry_at", "time"),
    Column("entry_price", "price"),
    Column("exit_at", "time"),
    Column("exit_price", "price"),
    Column("bars_held", "count"),
    Column("pnl", "money"),
    Column("pnl_pct", "percent"),
    Column("commission", "money"),
    Column("exit_reason", "reason"),
)


def columns(sheet: Sheet) -> tuple[Column, ...]:
    several = len(sheet.market) > 1
    return tuple(column for column in COLUMNS if several or column.name != "symbol")


class Kept(NamedTuple):
    """The last trades, and how their columns are written so that digits stand below digits."""

    left: int  # out before them
    trades: TradeRows
    clock: bool  # whether any began or ended within a day
    places: dict[str, list[int]]  # after the point, of each symbol


def last(sheet: Sheet, most: int = MOST) -> Kept:
    left = max(sheet.trades.closed - most, 0)
    trades = TradeRows._make(column[left:] for column in sheet.trades)
    times = np.concatenate((trades.entry_at, trades.exit_at))
    prices: dict[str, list[int]] = {"quantity": [], "entry_price": [], "exit_price": []}
    for symbol in range(len(sheet.market)):
        mine = trades.symbol == symbol
        both = places(np.concatenate((trades.entry_price[mine], trades.exit_price[mine])))
        prices["entry_price"].append(both)
        prices["exit_price"].append(both)
        prices["quantity"].append(places(trades.quantity[mine]))
    return Kept(left, trades, bool((times % numbers.DAY != 0).any()), prices)


def places(values: Floats) -> int:
    """As many digits after the point as tell them all apart from their neighbours, within LENGTH in all."""
    greatest = float(np.abs(values).max(initial=0.0))
    whole = max(len(str(int(greatest))), 1)
    most = max(LENGTH - whole, 0) if greatest >= 1 else LENGTH
    exact = (digits for digits in range(most) if np.allclose(np.round(values, digits), values, 1e-12, 0))
    return next(exact, most)


def trade_table(sheet: Sheet, say: Said) -> str:
    kept = last(sheet)
    count = kept.trades.closed
    if count == 0:
        return f'<p class="about">{say("no_trades")}</p>'
    shown = columns(sheet)
    heads = "".join(
        f'<th scope="col" data-column="{column.name}" data-kind="{column.kind}">'
        f"{escape(say(column.name))}</th>"
        for column in shown
    )
    rows = "".join(
        _row([_cell(sheet, kept, column, row, say) for column in shown], shown)
        for row in range(min(count, WITHOUT_SCRIPT))
    )
    table = (
        f'<div class="wide" tabindex="0" role="region" aria-label="{say("trades")}"><table class="trades">'
        f"<caption>{say('trades')}</caption><thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div>"
    )
    return _about(sheet.trades.closed, kept.left, count, say) + table + _pager(say)


def data(sheet: Sheet, say: Said) -> dict[str, Any]:
    left, trades, clock, decimals = last(sheet)
    reasons = sorted(set(trades.reason))
    return {
        "first": left + 1,
        "each": PER_PAGE,
        "clock": clock,
        "places": decimals,
        "symbols": list(sheet.symbols),
        "reasons": [say.known(reason) for reason in reasons],
        "symbol": trades.symbol.tolist(),
        "side": trades.side.tolist(),
        "quantity": _priced(trades.quantity, decimals["quantity"], trades.symbol),
        "entry_at": _seconds(trades.entry_at),
        "entry_price": _priced(trades.entry_price, decimals["entry_price"], trades.symbol),
        "exit_at": _seconds(trades.exit_at),
        "exit_price": _priced(trades.exit_price, decimals["exit_price"], trades.symbol),
        "bars_held": trades.bars_held.tolist(),
        "pnl": [_shown(value, 2) for value in trades.pnl.tolist()],
        "pnl_pct": [_shown(value * 100, 2, 100) for value in trades.pnl_pct.tolist()],
        "commission": [_shown(value, 2) for value in trades.commission.tolist()],
        "exit_reason": [reasons.index(reason) for reason in trades.reason],
    }


def _priced(values: Floats, decimals: list[int], symbols: NDArray[np.int32]) -> list[float | None]:
    both = zip(values.tolist(), symbols.tolist(), strict=True)
    return [_shown(value, decimals[symbol]) for value, symbol in both]


def _shown(value: float, digits: int, divisor: int = 1) -> float | None:
    """As the table shows it: a script that rounds a rounded number again may come to another one."""
    return float(f"{value:.{digits}f}") / divisor if np.isfinite(value) else None


def _seconds(time: Integers) -> list[int]:
    whole: list[int] = (time // 1_000_000).tolist()
    return whole


def _cell(sheet: Sheet, kept: Kept, column: Column, row: int, say: Said) -> str:
    trades, symbol = kept.trades, int(kept.trades.symbol[row])
    match column.name:
        case "number":
            return str(kept.left + row + 1)
        case "symbol":
            return sheet.symbols[symbol]
        case "side":
            return say("long" if trades.side[row] > 0 else "short")
        case "exit_reason":
            return say.known(trades.reason[row])
    value = getattr(trades, column.name)[row]
    match column.kind:
        case "time":
            return numbers.minute(int(value), clock=kept.clock)
        case "percent":
            return numbers.percent(float(value), say.language, digits=2, sign=True)
        case "price":
            return numbers.decimal(float(value), kept.places[column.name][symbol], say.language)
    return numbers.decimal(float(value), 2 if column.kind == "money" else 0, say.language)


def _row(cells: list[str], shown: tuple[Column, ...]) -> str:
    told = (
        f'<td class="{column.kind}">{escape(cell)}</td>'
        for column, cell in zip(shown[1:], cells[1:], strict=True)
    )
    return f'<tr><th scope="row">{escape(cells[0])}</th>{"".join(told)}</tr>'


def _about(count: int, left: int, kept: int, say: Said) -> str:
    told = [say("trades_left_out", _whole(kept, say), _whole(count, say))] if left else []
    pieces = [f'<p class="about">{sentence}</p>' for sentence in told]
    if kept > WITHOUT_SCRIPT:
        shown = say("trades_shown", WITHOUT_SCRIPT, _whole(count, say))
        pieces.append(f'<p class="about scriptless">{shown}</p>')
    return "".join(pieces)


def _whole(count: int, say: Said) -> str:
    return numbers.decimal(count, 0, say.language)


def _pager(say: Said) -> str:
    return (
        '<div class="pager" hidden>'
        f'<button type="button" data-turn="-1">← {say("previous")}</button>'
        '<output aria-live="polite"></output>'
        f'<button type="button" data-turn="1">{say("next")} →</button></div>'
    )
