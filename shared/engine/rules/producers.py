"""What the certificate tries: every function of the language with several settings, and whole strategies."""

from collections.abc import Iterator, Sequence

from shared.engine.bars import Floats
from shared.engine.causality import Market, Producer, register
from shared.engine.costs import Costs, Slippage
from shared.engine.language import Definition, check, parse
from shared.engine.language.catalogue import Function, Input, Setting, Wording
from shared.engine.language.functions import FUNCTIONS
from shared.engine.language.rendering import written
from shared.engine.plan import Rule, Side, Traded
from shared.engine.rules import masks
from shared.engine.rules.cache import Cache
from shared.engine.rules.evaluating import Evaluator
from shared.engine.rules.planning import plan
from shared.engine.rules.resolving import resolved

INPUTS = {"number": ("close", "hl2"), "truth": ("close > open",), "universe": ("universe",)}
VARIANTS = 3  # the first has the defaults
BARS = (5, 3, 17)  # each further setting a bar more
TIMES = {"start": ("09:30", "22:00"), "end": ("16:00", "02:15"), "zone": ("America/New_York", "UTC")}


def expressions() -> list[str]:
    """Every function of the catalogue, each output, each with several settings."""
    return [text for function in FUNCTIONS.values() for text in _calls(function)]


def register_expression(text: str, markets: Sequence[Market]) -> Producer:
    return register(text, of_expression(text).produce, markets)


def register_strategy(name: str, definition: Definition, markets: Sequence[Market]) -> Producer:
    def produce(market: Market) -> list[Floats]:
        every = Costs(slippage=Slippage("volatility", 0.1))
        cache = Cache(market, enough=False)
        made = plan(definition, cache, instruments={}, costs=every, cash=10_000.0)
        return [array for traded in made.traded for array in _arrays(traded)]

    return register(name, produce, markets)


def of_expression(text: str) -> Producer:
    """Its values on the bars of each symbol."""
    node = resolved(parse(text), {})

    def produce(market: Market) -> list[Floats]:
        cache = Cache(market, enough=False)
        check(node, timeframe=cache.frames.timeframe)
        symbols = tuple(sorted(bars.symbol for bars in market))
        return [Evaluator(cache, symbol=bars.symbol, universe=symbols).numbers(node) for bars in market]

    return Producer(text, produce, ())


def _calls(function: Function) -> Iterator[str]:
    said = set()
    for variant in range(VARIANTS if function.settings or function.inputs else 1):
        settings = [_setting(each, index, variant) for index, each in enumerate(function.settings)]
        inputs = [_input(each, index, variant) for index, each in enumerate(function.inputs)]
        call = f"{function.name}({', '.join([*inputs, *settings])})"
        said |= {f"{call}.{output}" for output in function.outputs} or {call}
    yield from sorted(said)


def _input(each: Input, index: int, variant: int) -> str:
    if index and each.kind == "number":
        return ("open", "sma(close, 5)")[variant % 2]
    given = INPUTS[each.kind]
    return given[variant % len(given)]


def _setting(setting: Setting | Wording, index: int, variant: int) -> str:
    if isinstance(setting, Wording):
        times = TIMES[setting.name]
        return f'"{times[variant % len(times)]}"'
    if variant == 0 and setting.default is not None:
        return str(written(setting.default))
    bars = BARS[variant] + index
    return str(bars if setting.whole else min(setting.high, setting.low + bars / 2))


def _arrays(traded: Traded) -> Iterator[Floats]:
    bars = len(traded.bars)
    for side in (traded.long, traded.short):
        yield from _of_side(side, bars)
    yield from traded.ranges.values()
    yield from (each for each in (traded.highest, traded.lowest, traded.volatility) if each is not None)


def _of_side(side: Side, bars: int) -> Iterator[Floats]:
    for rule in (side.entry, side.exit):
        yield from _of_rule(rule, bars)
    prices = (side.prices.limit, side.prices.stop_loss, *side.prices.take_profit)
    yield from (price for price in prices if price is not None)


def _of_rule(rule: Rule, bars: int) -> Iterator[Floats]:
    if rule.bits is not None:
        yield masks.unpacked(rule.bits, bars).astype(float)
    if rule.program is not None:
        yield from rule.program.series
