"""What is written behind the options of a command → what a run needs; or the sentence that refuses it."""

import math
import os
import re
from collections.abc import Container, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple, get_args

from functions.strategy import currencies
from functions.strategy.errors import Unreadable, WrongOption
from functions.strategy.files import Loaded, Source, load
from functions.strategy.files.columns import printable, quoted
from functions.strategy.remarks import Remark
from functions.strategy.running import Task
from shared.engine.costs import MOST, UNIT, Costs, Instrument, Kind, Slippage
from shared.engine.language.bounds import FILE
from shared.engine.language.definition import Definition
from shared.engine.language.errors import LanguageError, did_you_mean
from shared.engine.language.strategy import read_strategy, strategy_from_json, with_parameters
from shared.engine.language.typed import Value
from shared.engine.rules.coarser import length

DECIMAL_COMMA = re.compile(r"[-+]?\d+,\d+")
MICROSECONDS = 1_000_000
KINDS: tuple[Kind, ...] = get_args(Kind)
NO_OTHERS: Mapping[str, str] = {}
SHOWN = 5  # symbols of a sentence
PARTS = {"taker": 0.5, "maker": 0.5, "unit": MOST, "minimum": MOST}  # of a commission, and the most of each


class Market(NamedTuple):
    """Which candles."""

    data: Sequence[str]
    symbols: Sequence[str] = ()
    start: str = ""
    end: str = ""
    detail: Sequence[str] = ()
    currencies: Sequence[str] = ()
    rates: Sequence[str] = ()


class Terms(NamedTuple):
    """For how much, and at what cost."""

    cash: float = 10_000.0
    commission: str = "0"
    slippage: str = "0"
    lot: float = 1e-8
    tick: float = 0.0
    risk_free: float = 0.0


def definition_of(named: str) -> Definition:
    """A file of one's own, or a strategy of the library."""
    path, shown = Path(named), printable(named, most=200)
    try:
        if path.suffix != ".toml" and os.sep not in named and not path.is_file():
            from functions.strategy import library

            return library.read(named)
        with path.open("rb") as file:
            text = file.read(4 * FILE + 1).decode()
    except UnicodeDecodeError:
        raise Unreadable(f"{shown} is no text in UTF-8") from None
    except OSError as error:
        raise Unreadable(f"{shown} cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise Unreadable(f"`{shown}` is no name of a file") from None
    try:
        return read_strategy(text)
    except LanguageError as error:
        raise error.under(f"{shown}: {error.path}" if error.path else shown) from None


def with_values(definition: Definition, written: Sequence[str]) -> Definition:
    """`fast=10`."""
    values: dict[str, Value] = {}
    for one in written:
        name, sign, text = one.partition("=")
        if not sign or not name.strip():
            raise WrongOption(f"--param: write a name and a value, as in fast=10, not `{one[:60]}`")
        once(values, name.strip())
        values[name.strip()] = value_of(definition, name.strip(), text.strip())
    return with_parameters(definition, values) if values else definition


def once(known: Container[str], name: str) -> None:
    if name in known:
        raise WrongOption(f"--param: `{printable(name)}` stands there twice")


def value_of(definition: Definition, name: str, text: str) -> Value:
    """In the kind that the definition has there."""
    usual = known_parameter(definition, name)
    if isinstance(usual, str):
        return text
    if isinstance(usual, bool):
        if text not in ("true", "false"):
            raise WrongOption(f"--param {name}: true or false stands here, not `{text[:40]}`")
        return text == "true"
    return number(f"--param {name}", text)


def known_parameter(definition: Definition, name: str) -> Value:
    known = definition.values
    if name not in known:
        there_are = f": there are {quoted(list(known))}" if known else ": the strategy has none"
        meant = did_you_mean(name, known) or there_are
        raise WrongOption(f"--param: unknown parameter `{name[:40]}`{meant}")
    return known[name]


def number(option: str, text: str) -> float:
    if DECIMAL_COMMA.fullmatch(text):
        raise WrongOption(f"{option}: `{text[:40]}` has a decimal comma: write {text[:40].replace(',', '.')}")
    try:
        value = float(text)
    except ValueError:
        raise WrongOption(f"{option}: a number stands here, not `{text[:40]}`") from None
    if not math.isfinite(value) or "_" in text:
        raise WrongOption(f"{option}: a number stands here, not `{text[:40]}`")
    return value


def prepared(definition: Definition, market: Market, terms: Terms) -> tuple[Task, tuple[Remark, ...]]:
    """The task, and what is to be said of its data."""
    definition = trading_only(definition, market.symbols)
    symbols = dict.fromkeys([*market.symbols, *sorted(definition.symbols)]) if market.symbols else ()
    candles = loaded(market._replace(symbols=tuple(symbols)))
    there = {bars.symbol for bars in candles.market}
    traded = {leg.symbol for leg in definition.legs} or set(definition.universe) or there
    _all_there(traded, sorted(there))
    unread = there - traded - definition.symbols
    candles = candles.without(unread)
    finer = finer_than(candles, market.detail)
    unasked = {bars.symbol for bars in finer.market} - there if market.symbols else set()
    finer = finer.without(unread | unasked)
    in_others = currencies.currencies(market.currencies, sorted(traded))
    rates = currencies.rates(market.rates, in_others)
    made = task(definition, candles, terms, in_others)._replace(detail=finer.market, rates=rates.market)
    notes = candles.notes + finer.notes + rates.notes
    return made, tuple(dict.fromkeys(notes + currencies.notes(candles.market, in_others, rates.market)))


def _all_there(traded: set[str], symbols: Sequence[str]) -> None:
    if lacking := sorted(traded.difference(symbols)):
        there = quoted(symbols, most=SHOWN)
        raise WrongOption(f"--data: `{lacking[0]}` is traded and not in the data: there are {there}")


def finer_than(candles: Loaded, written: Sequence[str]) -> Loaded:
    """`--detail`: of one symbol, a file need not say whose it is. It may reach further than the run does."""
    if not written:
        return Loaded(())
    symbols = [bars.symbol for bars in candles.market]
    sources = [Source.of(one) for one in written]
    first = min(int(bars.time[0]) for bars in candles.market)
    end = max(int(bars.time[-1]) + length(bars.timeframe) for bars in candles.market)
    named = symbols if len(symbols) == 1 else ()
    return load(sources, named, option="--detail", gaps_within=(first, end))


def trading_only(definition: Definition, symbols: Sequence[str]) -> Definition:
    """`--symbol` is what is traded: what rules read beside it is loaded, and no more."""
    if not symbols or not (definition.universe or definition.symbols - set(symbols)):
        return definition
    if definition.legs:
        raise WrongOption("--symbol: the strategy has legs, which say what it trades")
    return strategy_from_json({**definition.document, "universe": sorted(set(symbols))})


def loaded(market: Market) -> Loaded:
    start, end = _moment("--from", market.start), _moment("--to", market.end)
    if start is not None and end is not None and start >= end:
        raise WrongOption(f"--from {market.start} is not before --to {market.end}")
    return load([Source.of(written) for written in market.data], market.symbols, start=start, end=end)


def _moment(option: str, text: str) -> int | None:
    """Without a zone: UTC."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        example = "2024-01-31 or 2024-01-31T15:30Z"
        raise WrongOption(
            f"{option}: a day or a time such as {example} stands here, not `{text[:40]}`"
        ) from None
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at
    since = at - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * MICROSECONDS + since.microseconds


def task(
    definition: Definition, candles: Loaded, terms: Terms, in_others: Mapping[str, str] = NO_OTHERS
) -> Task:
    """`in_others`: the currency of each symbol that is not in the account's."""
    _within("--cash", terms.cash, least=UNIT, most=MOST)
    _within("--lot", terms.lot, above=0, most=MOST)
    _within("--tick", terms.tick, least=0, most=MOST)
    _within("--risk-free", terms.risk_free, least=-0.5, most=0.5, hint="0.03 is 3 % a year")
    costs = commission(terms.commission)._replace(slippage=slippage(terms.slippage))
    symbols = [bars.symbol for bars in candles.market]
    named = {symbol: Instrument(terms.lot, terms.tick, in_others.get(symbol, "")) for symbol in symbols}
    return Task(definition, candles.market, terms.cash, costs, named, risk_free=terms.risk_free)


def commission(text: str) -> Costs:
    """`0.001`, or in parts: `taker=0.001,maker=0.0002,unit=0.005,minimum=1`."""
    parts: dict[str, float] = {}
    for written in [text] if DECIMAL_COMMA.fullmatch(text) else text.split(","):
        part, sign, amount = written.strip().rpartition("=")
        part = part.strip() if sign else "taker"
        if part in parts:
            raise WrongOption(f"--commission: the part `{part}` stands there twice")
        if part not in PARTS:
            meant = did_you_mean(part, PARTS) or f": there are {quoted(list(PARTS))}"
            raise WrongOption(f"--commission: unknown part `{part[:40]}`{meant}")
        parts[part] = number("--commission", amount)
        _within("--commission", parts[part], least=0, most=PARTS[part], hint="0.001 is 0.1 %")
    return Costs(
        taker=parts.get("taker", 0.0),
        maker=parts.get("maker"),
        per_unit=parts.get("unit", 0.0),
        minimum=parts.get("minimum", 0.0),
    )


def slippage(text: str) -> Slippage:
    """`0.0005`, a fraction of the price; or `fixed:0.01`, `volatility:0.1`, `impact:1`."""
    kind, sign, amount = text.rpartition(":")
    if not sign:
        kind = "percent"
    if kind not in KINDS:
        raise WrongOption(f"--slippage: unknown kind `{kind[:40]}`{did_you_mean(kind, KINDS) or _kinds()}")
    value = number("--slippage", amount)
    _within("--slippage", value, least=0, most=0.5 if kind == "percent" else MOST)
    return Slippage(kind, value)


def _kinds() -> str:
    return f": there are {quoted(KINDS)}"


def _within(
    option: str, value: float, *, most: float, least: float = 0, above: float | None = None, hint: str = ""
) -> None:
    if math.isfinite(value) and value <= most and (value > above if above is not None else value >= least):
        return
    least_said = f"above {above:g}" if above is not None else f"of {least:g} or more"
    tail = f" ({hint})" if hint else ""
    raise WrongOption(f"{option}: a number {least_said}, at most {most:g}, stands here, not {value:g}{tail}")
