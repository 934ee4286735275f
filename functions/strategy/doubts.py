"""What a person should know of a run before they believe it."""

from collections.abc import Iterable, Iterator

from functions.strategy.inside import inside_bars
from functions.strategy.remarks import Remark, reasons, remark
from shared.engine.bars import Bars
from shared.engine.language.definition import Definition
from shared.engine.language.functions import FUNCTIONS
from shared.engine.language.tree import Call, Name, Node, OfSymbol
from shared.engine.outcome import Outcome
from shared.engine.plan import Plan

DEAR = 0.02  # of the value, for one fill: more was meant as percent


def doubts(
    definition: Definition,
    market: Iterable[Bars],
    plan: Plan,
    outcome: Outcome,
    without: Outcome | None = None,
) -> tuple[Remark, ...]:
    """`without`: the same on its bars alone, where there are finer ones."""
    readers = plan.traded[:1] if plan.legs else plan.traded
    return (
        *_costs(plan),
        *volumes(
            [each.tree for each in definition.expressions], market, {one.bars.symbol for one in readers}
        ),
        *_ended(outcome),
        *inside_bars(plan, outcome, without),
        *_nothing_traded(definition, plan, outcome),
    )


def _costs(plan: Plan) -> Iterator[Remark]:
    costs, slippage = plan.costs, plan.costs.slippage
    rates = {
        "dear_commission": costs.taker,
        "dear_maker_commission": costs.maker or 0.0,
        "dear_slippage": slippage.amount if slippage.kind == "percent" else 0.0,
    }
    for code, rate in rates.items():
        if rate > DEAR:
            yield remark(code, rate=rate)


def volumes(trees: Iterable[Node], market: Iterable[Bars], readers: set[str]) -> Iterator[Remark]:
    """What reads a volume that nobody knows is 0 or undefined: its rule holds on every bar, or on none."""
    read = {symbol for tree in trees for symbol in _with_their_volume(tree)}
    read |= readers if "" in read else set()
    lacking = sorted(bars.symbol for bars in market if bars.symbol in read and not bars.volume.any())
    if lacking:
        yield remark("volume_read", symbols=tuple(lacking))


def _with_their_volume(tree: Node, symbol: str = "") -> Iterator[str]:
    """The symbols whose volume it reads; "" is whichever reads it."""
    if isinstance(tree, OfSymbol):
        symbol = tree.symbol
    if tree == Name("volume") or (isinstance(tree, Call) and "volume" in FUNCTIONS[tree.name].fields):
        yield symbol
    for child in tree.children:
        yield from _with_their_volume(child, symbol)


def _ended(outcome: Outcome) -> Iterator[Remark]:
    if outcome.ended:
        yield remark(outcome.ended)


def _nothing_traded(definition: Definition, plan: Plan, outcome: Outcome) -> Iterator[Remark]:
    refused = reasons(outcome.rejected)
    if len(outcome.trades):
        if refused:
            yield remark("entries_refused", refused=refused)
    elif refused:
        yield remark("all_entries_refused", refused=refused)
    else:
        yield _why(definition, plan, outcome)


def _why(definition: Definition, plan: Plan, outcome: Outcome) -> Remark:
    bars = max((len(traded.bars) for traded in plan.traded), default=0)
    if bars <= definition.look_back:
        return remark("look_back_too_long", look_back=definition.look_back, bars=bars)
    rules = [side.entry for traded in plan.traded for side in (traded.long, traded.short)]
    if all(rule.program is None and (rule.bits is None or not rule.bits.any()) for rule in rules):
        return remark("entry_never_true", bars=len(outcome.time))
    if definition.entry.order != "market":
        return remark("order_never_reached", order=definition.entry.order)
    return remark("entry_on_the_last_bar")
