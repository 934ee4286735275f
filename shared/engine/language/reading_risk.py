"""The `[risk]` table → what the strategy risks."""

from typing import cast

from shared.engine.language import risk
from shared.engine.language.bounds import WINDOW
from shared.engine.language.sides import Sides
from shared.engine.language.tables import Table

SIZES = ("quantity", "cash", "percent_of_equity", "risk_fraction", "volatility_target", "kelly")
DISTANCES = ("percent", "atr", "price", "long_price", "short_price")
REFERENCES: tuple[risk.Reference, ...] = ("fill", "signal_close")
BARS = 10_000_000
AMOUNT = 9e10  # what the books carry
TARGETS, POSITIONS, LEVERAGE = 10, 1_000, 5
MULTIPLE = 100  # of an average true range
FURTHEST = 100  # of a take profit: a hundred times the price


def read_risk(table: Table, *, traded: Sides) -> risk.Risk:
    stop_loss = _stop_loss(table, traded)
    return risk.Risk(
        size=_size(table, stopped=stop_loss is not None),
        stop_loss=stop_loss,
        take_profit=_targets(table, traded),
        trailing_stop=_trail(table),
        time_stop=_count(table, "time_stop", most=BARS),
        max_open_positions=_count(table, "max_open_positions", most=POSITIONS),
        cooldown=table.whole("cooldown", 0, low=0, high=BARS),
        halt=_halt(table),
        leverage=_leverage(table),
        borrow_rate=table.number("borrow_rate", 0, low=0, high=10),
    )


def _size(table: Table, *, stopped: bool) -> risk.Size:
    if not table.has("size"):
        return risk.PercentOfEquity(1.0)
    with table.table("size") as size:
        return _kind_of_size(size, stopped=stopped)


def _kind_of_size(size: Table, *, stopped: bool) -> risk.Size:
    match size.one_of(SIZES):
        case "quantity":
            return risk.FixedQuantity(size.number("quantity", low=0, high=AMOUNT, above=True))
        case "cash":
            return risk.FixedCash(size.number("cash", low=0, high=AMOUNT, above=True))
        case "percent_of_equity":
            return risk.PercentOfEquity(size.fraction("percent_of_equity", high=LEVERAGE))
        case "risk_fraction":
            if not stopped:
                size.refuse("risk_fraction", "a size by what is lost at the stop needs `risk.stop_loss`")
            return risk.RiskFraction(size.fraction("risk_fraction"))
        case "volatility_target":
            yearly = size.fraction("volatility_target", high=10)
            return risk.VolatilityTarget(yearly, size.window("bars", 20, low=2))
        case _:
            most = size.number("most", 1, low=0, high=LEVERAGE, above=True)
            trades = size.whole("trades", 30, low=2, high=WINDOW)
            return risk.KellyFraction(size.fraction("kelly"), most, trades)


def _stop_loss(table: Table, traded: Sides) -> risk.StopLoss | None:
    if not table.has("stop_loss"):
        return None
    with table.table("stop_loss") as stop:
        of = _reference(stop)
        return risk.StopLoss(_distance(stop, traded, furthest=1), of)


def _targets(table: Table, traded: Sides) -> tuple[risk.Target, ...]:
    targets = []
    for target in table.tables("take_profit", most=TARGETS):
        of, share = _reference(target), target.number("share", 1, low=0, high=1, above=True)
        targets.append(risk.Target(_distance(target, traded, furthest=FURTHEST), of, share))
    if len(targets) > 1 and sum(target.share for target in targets) > 1 + 1e-9:
        table.refuse("take_profit", "the shares add up to more than 1: each target needs its `share`")
    return tuple(targets)


def _reference(table: Table) -> risk.Reference:
    return cast(risk.Reference, table.text("of", "fill", among=REFERENCES))


def _distance(table: Table, traded: Sides, *, furthest: float) -> risk.Distance:
    # two prices, one for each direction, are one kind
    kinds = DISTANCES[:-1] if table.has("long_price") and table.has("short_price") else DISTANCES
    match table.one_of(kinds):
        case "percent":
            return risk.Percent(table.fraction("percent", high=furthest))
        case "atr":
            return _multiple(table)
        case _:
            return risk.Level(table.prices(traded))


def _multiple(table: Table) -> risk.AtrMultiple:
    multiple = table.number("atr", low=0, high=MULTIPLE, above=True)
    return risk.AtrMultiple(multiple, table.window("bars", 14))


def _trail(table: Table) -> risk.Trail | None:
    if not table.has("trailing_stop"):
        return None
    with table.table("trailing_stop") as trail:
        match trail.one_of(("percent", "atr", "chandelier")):
            case "percent":
                return risk.Percent(trail.fraction("percent"))
            case "atr":
                return _multiple(trail)
            case _:
                multiple = trail.number("chandelier", low=0, high=MULTIPLE, above=True)
                return risk.Chandelier(multiple, trail.window("bars", 22))


def _count(table: Table, key: str, *, most: int) -> int | None:
    return table.whole(key, low=1, high=most) if table.has(key) else None


def _halt(table: Table) -> risk.Halt:
    with table.table("halt") as halt:
        daily, weekly, monthly = (
            halt.fraction(key) if halt.has(key) else None for key in ("daily", "weekly", "monthly")
        )
        return risk.Halt(daily, weekly, monthly)


def _leverage(table: Table) -> risk.Leverage:
    with table.table("leverage") as leverage:
        most = leverage.number("most", 1, low=1, high=LEVERAGE)
        margin = leverage.number("maintenance_margin", 0, low=0, high=1)
        if most > 1 and not margin * most < 1:
            sentence = "at this leverage the margin is gone before the first loss"
            leverage.refuse("maintenance_margin", sentence)
        return risk.Leverage(most, margin)
