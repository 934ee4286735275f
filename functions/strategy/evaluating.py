"""Any expression of the rule language on candles: a value for each bar."""

import csv
import math
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TextIO

from functions.strategy import doubts, remarks
from functions.strategy.errors import WrongOption
from functions.strategy.files.columns import quoted
from functions.strategy.files.market import Loaded, not_there
from functions.strategy.remarks import Remark
from functions.strategy.written import instants, ready
from shared.engine import rules
from shared.engine.bars import Bars
from shared.engine.language import check, parse
from shared.engine.language.catalogue import Kind
from shared.engine.language.functions import FUNCTIONS
from shared.engine.language.rendering import render
from shared.engine.language.tree import Name, Node
from shared.engine.language.typed import Value

# How a number of the engine's is said, by the expression's kind: a text is a place among those it may be.
SAID: dict[Kind, Callable[[float], Value]] = {
    "truth": bool,
    "text": lambda place: FUNCTIONS["amd_phase"].values[int(place)],
}


class Evaluated(NamedTuple):
    expression: str
    bars: Bars
    values: list[float | bool | str | None]  # None: undefined
    warnings: tuple[Remark, ...]


def evaluate(
    expression: str, candles: Loaded, *, symbols: Sequence[str], parameters: Mapping[str, Value]
) -> Evaluated:
    """On the bars of one symbol; the expression may name others, or the universe, which are all of them."""
    tree = parse(expression)
    candles = _named(candles, symbols)
    market = candles.market
    bars = _chosen(market, symbols)
    meaning = check(tree, parameters=parameters, timeframe=bars.timeframe)
    if not meaning.series:
        raise WrongOption("the expression is a constant: it has no value for each bar")
    found = rules.evaluate(tree, market, symbol=bars.symbol, parameters=parameters).tolist()
    said = SAID.get(meaning.kind, float)
    values = [None if math.isnan(value) else said(value) for value in found]
    unread = {each.symbol for each in market} - {bars.symbol, *meaning.symbols}
    notes = (candles if _reads_all(tree) else candles.without(unread)).notes
    return Evaluated(render(tree), bars, values, notes + tuple(doubts.volumes([tree], market, {bars.symbol})))


def _reads_all(tree: Node) -> bool:
    return tree == Name("universe") or any(map(_reads_all, tree.children))


def _named(candles: Loaded, symbols: Sequence[str]) -> Loaded:
    """What a single file holds is called as it is asked for."""
    return candles.called(symbols[0]) if len(candles.market) == len(symbols) == 1 else candles


def _chosen(market: tuple[Bars, ...], symbols: Sequence[str]) -> Bars:
    named = {bars.symbol: bars for bars in market}
    if len(symbols) > 1 or (not symbols and len(named) > 1):
        raise WrongOption(f"--symbol: the data has {quoted(sorted(named))}: on which of them?")
    if symbols and symbols[0] not in named:
        raise not_there(symbols[0], named)
    return named[symbols[0]] if symbols else market[0]


def parameters_of(written: Sequence[str]) -> dict[str, Value]:
    """`fast=10`, without a strategy that would say of which kind it is."""
    from functions.strategy.asking import number, once

    found: dict[str, Value] = {}
    for one in written:
        name, sign, text = (part.strip() for part in one.partition("="))
        if not sign or not name:
            raise WrongOption(f"--param: write a name and a value, as in fast=10, not `{one[:60]}`")
        once(found, name)
        found[name] = text == "true" if text in ("true", "false") else number(f"--param {name}", text)
    return found


def write(evaluated: Evaluated, out: TextIO) -> None:
    """A condition is 1 or 0."""
    table = csv.writer(out, lineterminator="\n")
    table.writerow(("timestamp", "value"))
    shown = (
        "" if value is None else int(value) if isinstance(value, bool) else value
        for value in evaluated.values
    )
    table.writerows(zip(instants(evaluated.bars.time), shown, strict=True))


def result(evaluated: Evaluated) -> dict[str, object]:
    return {
        "expression": evaluated.expression,
        "symbol": evaluated.bars.symbol,
        "timeframe": evaluated.bars.timeframe,
        "warnings": remarks.sentences(evaluated.warnings),
        "remarks": remarks.listed(evaluated.warnings),
        "timestamp": instants(evaluated.bars.time),
        "value": ready(evaluated.values),
    }
