"""What a person should know of a run before they believe it."""

from collections.abc import Iterator

from functions.strategy.inside import inside_bars
from shared.engine.language.definition import Definition
from shared.engine.outcome import Outcome
from shared.engine.plan import Plan

DEAR = 0.02  # of the value, for one fill: more was meant as percent
ENDED = {
    "ruined": "the account was ruined before the data ended: nothing was traded from then on",
    "beyond_the_grid": "an amount grew beyond what is carried exactly: the run ended before the data",
}
REFUSALS = {
    "no_cash": "the account had no cash for a lot",
    "less_than_a_lot": "their size was less than a lot",
    "stop_beyond_price": "their stop lay beyond the price",
    "undefined_price": "a price of theirs was undefined",
    "undefined_size": "their size was undefined",
    "no_edge": "the last trades gave nothing to bet on",
    "no_volume": "the bar had no volume to trade with",
    "no_price": "slippage took all of the price",
    "not_reached": "the price never came to their order",
    "max_open_positions": "enough positions were open",
    "cooldown": "the last exit was too recent",
    "halted": "losses had halted entries",
    "missing_leg": "a leg had no bar at that time",
}


def doubts(
    definition: Definition, plan: Plan, outcome: Outcome, without: Outcome | None = None
) -> tuple[str, ...]:
    """`without`: the same on its bars alone, where there are finer ones."""
    return (
        *_costs(plan),
        *_ended(outcome),
        *inside_bars(plan, outcome, without),
        *_nothing_traded(definition, plan, outcome),
    )


def _costs(plan: Plan) -> Iterator[str]:
    for what, rate in (("commission", plan.costs.taker), ("maker's commission", plan.costs.maker or 0.0)):
        if rate > DEAR:
            yield f"the {what} takes {rate * 100:g} % of each fill: 0.001 is 0.1 %"
    slippage = plan.costs.slippage
    if slippage.kind == "percent" and slippage.amount > DEAR:
        yield f"slippage takes {slippage.amount * 100:g} % of each fill: 0.001 is 0.1 %"


def _ended(outcome: Outcome) -> Iterator[str]:
    if outcome.ended:
        yield ENDED[outcome.ended]


def _nothing_traded(definition: Definition, plan: Plan, outcome: Outcome) -> Iterator[str]:
    refused = [
        f"{count} because {REFUSALS.get(why, why.replace('_', ' '))}"
        for why, count in outcome.rejected.items()
        if count
    ]
    if len(outcome.trades):
        if refused:
            yield f"entries not made: {'; '.join(refused)}"
    elif refused:
        yield f"no trade was made: entries were refused, {'; '.join(refused)}"
    else:
        yield f"no trade was made: {_why(definition, plan, outcome)}"


def _why(definition: Definition, plan: Plan, outcome: Outcome) -> str:
    bars = max((len(traded.bars) for traded in plan.traded), default=0)
    if bars <= definition.look_back:
        return f"its rules look back {definition.look_back} bars, and there are {bars}"
    rules = [side.entry for traded in plan.traded for side in (traded.long, traded.short)]
    if all(rule.program is None and (rule.bits is None or not rule.bits.any()) for rule in rules):
        return f"its entry was true on none of {len(outcome.time)} bars"
    if definition.entry.order != "market":
        return f"the price never came to its {definition.entry.order} orders while they rested"
    return "its entry was true on no bar that another followed"
