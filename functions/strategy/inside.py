"""What finer bars told of the insides of bars, and what nobody told."""

from collections.abc import Iterator
from typing import Any

from functions.strategy.remarks import Remark, reasons, remark
from functions.strategy.written import money
from shared.engine.outcome import Outcome
from shared.engine.plan import Plan, Traded


def inside_bars(plan: Plan, outcome: Outcome, without: Outcome | None) -> Iterator[Remark]:
    """`without`: the outcome on the run's bars alone, where there are finer ones."""
    if without is not None:
        yield from (one for traded in plan.traded for one in _passed_over(traded))
        yield _gap(plan, outcome, without)
    if outcome.ambiguous:
        exits = sum(outcome.ambiguous.values())
        yield remark("ambiguous_exits", exits=exits, which=reasons(outcome.ambiguous))


def told(plan: Plan, outcome: Outcome, without: Outcome | None) -> dict[str, Any] | None:
    """The same for programs; None where there are no finer bars."""
    if without is None:
        return None
    return {
        "symbols": {one.bars.symbol: _counts(one) for one in plan.traded if one.detail},
        "final_value_gap": money(outcome.final - without.final),
        "without": {
            "digest": without.digest,
            "final_value": money(without.final),
            "trade_count": len(without.trades),
            "ambiguous_exits": dict(without.ambiguous),
        },
    }


def _counts(traded: Traded) -> dict[str, Any]:
    assert traded.detail is not None
    missing, differing = traded.detail.missing, traded.detail.differing
    return {
        "timeframe": traded.detail.bars.timeframe,
        "resolved_bars": len(traded.bars) - missing - differing,
        "missing_bars": missing,
        "differing_bars": differing,
    }


def _passed_over(traded: Traded) -> Iterator[Remark]:
    symbol, detail = traded.bars.symbol, traded.detail
    if detail is None:
        yield remark("no_finer_bars", symbol=symbol)
    elif detail.missing or detail.differing:
        counts = {"missing": detail.missing, "differing": detail.differing}
        yield remark("finer_bars_lacking", symbol=symbol, bars=len(traded.bars), **counts)


def _gap(plan: Plan, outcome: Outcome, without: Outcome) -> Remark:
    finer = ", ".join(dict.fromkeys(one.detail.bars.timeframe for one in plan.traded if one.detail))
    if not can_fill_inside(plan):
        return remark("nothing_fills_inside", finer=finer)
    if outcome.digest == without.digest:
        return remark("resolved_alike", finer=finer)
    ends = {"final": money(outcome.final), "final_without": money(without.final)}
    exits = {"exits": len(outcome.trades), "exits_without": len(without.trades)}
    return remark("resolved_otherwise", finer=finer, **ends, **exits)


def can_fill_inside(plan: Plan) -> bool:
    risk = plan.risk
    protected = risk.stop_loss or risk.take_profit or risk.trailing_stop or risk.leverage.maintenance_margin
    return plan.entry.order != "market" or bool(protected)
