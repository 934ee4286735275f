"""What finer bars told of the insides of bars, and what nobody told."""

from collections.abc import Iterator
from typing import Any

from functions.strategy.written import money
from shared.engine.outcome import Outcome
from shared.engine.plan import Plan, Traded

AMBIGUOUS = {
    "stop_or_target": "met stop and target in one bar",
    "trailing_stop": "hung on a trailing stop that their bar moved",
    "entry_bar": "were reached in the bar of their entry",
}


def inside_bars(plan: Plan, outcome: Outcome, without: Outcome | None) -> Iterator[str]:
    """`without`: the outcome on the run's bars alone, where there are finer ones."""
    if without is not None:
        yield from (sentence for traded in plan.traded for sentence in _passed_over(traded))
        yield _gap(plan, outcome, without)
    if outcome.ambiguous:
        yield _ambiguous(outcome)


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


def _passed_over(traded: Traded) -> Iterator[str]:
    symbol, bars = traded.bars.symbol, len(traded.bars)
    if traded.detail is None:
        yield f"{symbol} has no finer bars: inside its bars the worst case is taken first"
    elif traded.detail.missing or traded.detail.differing:
        missing, differing = traded.detail.missing, traded.detail.differing
        counted = f"{missing} have no finer ones and {differing} do not agree with theirs"
        yield f"of {bars} bars of {symbol}, {counted}: inside those the worst case is taken first"


def _gap(plan: Plan, outcome: Outcome, without: Outcome) -> str:
    finer = ", ".join(dict.fromkeys(one.detail.bars.timeframe for one in plan.traded if one.detail))
    if not can_fill_inside(plan):
        return f"nothing of this strategy fills inside a bar: its bars of {finer} tell nothing more"
    if outcome.digest == without.digest:
        return f"resolved on bars of {finer}: every fill is what it is without them"
    ends = f"the run ends with {money(outcome.final)}, without them with {money(without.final)}"
    return f"resolved on bars of {finer}: {ends}; exits: {len(outcome.trades)} and {len(without.trades)}"


def can_fill_inside(plan: Plan) -> bool:
    risk = plan.risk
    protected = risk.stop_loss or risk.take_profit or risk.trailing_stop or risk.leverage.maintenance_margin
    return plan.entry.order != "market" or bool(protected)


def _ambiguous(outcome: Outcome) -> str:
    count = sum(outcome.ambiguous.values())
    depend = "1 exit depends" if count == 1 else f"{count} exits depend"
    which = ", ".join(f"{number} {AMBIGUOUS[why]}" for why, number in outcome.ambiguous.items())
    taken = "stops were filled first, and trailing stops moved at the close; finer bars would tell"
    return f"{depend} on the order of prices inside a bar, which is not known ({which}): {taken}"
