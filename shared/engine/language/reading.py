"""The tables of a strategy file → a definition."""

from typing import cast

from shared.engine.language.bounds import NUMBER, WORD
from shared.engine.language.checking import SYMBOL
from shared.engine.language.definition import Definition, Entry, Ladder, Leg, Order, Parameter, Sweep
from shared.engine.language.json_form import NAME
from shared.engine.language.reading_risk import MULTIPLE, read_risk
from shared.engine.language.sides import NEITHER, Sides
from shared.engine.language.tables import Frame, Table
from shared.engine.language.timeframes import FINEST, MINUTES
from shared.engine.language.typed import Value

ORDERS: tuple[Order, ...] = ("market", "limit", "stop")
SYMBOLS, PARAMETERS, REQUIREMENTS, LEGS, LEVELS, ENTRIES = 500, 50, 20, 20, 100, 100
NAME_LENGTH, DESCRIPTION = 100, 2_000  # characters
RESTING = 10_000_000  # bars
WEIGHT = 1_000_000


def kind_of(value: Value) -> str:
    if isinstance(value, bool):
        return "yes or no"
    return "text" if isinstance(value, str) else "number"


def read_definition(table: Table, frame: Frame) -> Definition:
    name = table.text("name", None, most=NAME_LENGTH)
    if not name.strip():
        table.refuse("name", "the strategy needs a name")
    timeframe = table.text("timeframe", among=tuple(MINUTES)) or None
    frame.timeframe = timeframe or FINEST
    parameters = _parameters(table)
    frame.parameters = {parameter.name: parameter.value for parameter in parameters}
    requires = table.requirements("requires", most=REQUIREMENTS)
    with table.table("entry") as entered:
        entry = _entry(entered)
    with table.table("exit") as left:
        leaving = _exit(left, entry)
    with table.table("risk") as risked:
        risk = read_risk(risked, traded=entry.when)
    return Definition(
        name=name,
        description=table.text("description", most=DESCRIPTION),
        timeframe=timeframe,
        universe=_symbols(table),
        parameters=parameters,
        requires=requires,
        entry=entry,
        exit=leaving,
        legs=_legs(table),
        risk=risk,
        expressions=tuple(frame.expressions),
        windows=tuple(frame.windows),
        document={},
    )


def _parameters(table: Table) -> tuple[Parameter, ...]:
    with table.table("parameters") as given:
        names = given.keys()
        if len(names) > PARAMETERS:
            table.refuse("parameters", f"at most {PARAMETERS} of them stand here", code="too_large")
        return tuple(_parameter(given, name) for name in sorted(names))


def _parameter(given: Table, name: str) -> Parameter:
    if len(name) > WORD or not NAME.fullmatch(name):
        given.refuse("", f"`{name[:WORD]}` is no name of letters, digits and `_`", code="syntax")
    if not given.is_table(name):
        return Parameter(name, given.literal(name))
    with given.table(name) as detailed:
        value = detailed.literal("value")
        if not (detailed.has("from") or detailed.has("to") or detailed.has("step")):
            return Parameter(name, value)
        if kind_of(value) != "number":
            detailed.refuse("value", f"a {kind_of(value)} has no range", code="type")
        start = detailed.number("from", low=-NUMBER, high=NUMBER)
        stop = detailed.number("to", low=start, high=NUMBER)
        return Parameter(
            name, value, Sweep(start, stop, detailed.number("step", low=0, high=NUMBER, above=True))
        )


def _entry(table: Table) -> Entry:
    when = Sides(table.rule("long"), table.rule("short"))
    if when == NEITHER:
        table.refuse("", "`long` or `short` is missing: when does it enter?")
    order = cast(Order, table.text("order", "market", among=ORDERS))
    price = table.prices(NEITHER if order == "market" else when)
    if order == "market" and price != NEITHER:
        table.refuse("order", "a market order has no price: write `limit` or `stop`")
    return Entry(
        when=when,
        order=order,
        price=price,
        valid_bars=table.whole("valid_bars", 1, low=1, high=RESTING),
        ladder=_ladder(table, order),
        pyramiding=table.whole("pyramiding", 1, low=1, high=ENTRIES),
    )


def _ladder(entry: Table, order: Order) -> Ladder | None:
    if not entry.has("ladder"):
        return None
    with entry.table("ladder") as table:
        if order != "limit":
            table.refuse("", 'a ladder is made of limit orders: write order = "limit"')
        levels = table.whole("levels", low=2, high=LEVELS)
        if table.one_of(("percent", "atr")) == "percent":
            return Ladder(levels, percent=table.fraction("percent"))
        atr = table.number("atr", low=0, high=MULTIPLE, above=True)
        return Ladder(levels, atr=atr, bars=table.window("bars", 14))


def _exit(table: Table, entry: Entry) -> Sides:
    leaving = Sides(table.rule("long"), table.rule("short"))
    for key, leaves, enters in (
        ("long", leaving.long, entry.when.long),
        ("short", leaving.short, entry.when.short),
    ):
        if leaves and not enters:
            table.refuse(key, f"nothing is left here: there is no `entry.{key}`")
    return leaving


def _symbols(table: Table) -> tuple[str, ...]:
    symbols = table.texts("universe", most=SYMBOLS)
    for symbol in symbols:
        _symbol(table, "universe", symbol)
    if len(set(symbols)) < len(symbols):
        table.refuse("universe", "a symbol stands here twice")
    return symbols


def _symbol(table: Table, key: str, symbol: str) -> str:
    if not SYMBOL.fullmatch(symbol):
        table.refuse(key, f'"{symbol[:WORD]}" is no symbol, such as "BTCUSDT"')
    return symbol


def _legs(table: Table) -> tuple[Leg, ...]:
    legs = tuple(
        Leg(_symbol(leg, "symbol", leg.text("symbol", None)), leg.number("weight", low=-WEIGHT, high=WEIGHT))
        for leg in table.tables("legs", most=LEGS)
    )
    if len(legs) == 1 or len({leg.symbol for leg in legs}) < len(legs):
        table.refuse("legs", "two or more legs stand here, each of its own symbol")
    if any(leg.weight == 0 for leg in legs):
        table.refuse("legs", "a leg weighs something: its `weight` is not 0")
    return legs
