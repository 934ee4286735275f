"""What a person should know of a run and its data: a code and values, told in the language of who reads."""

from collections.abc import Iterable, Mapping, Sequence
from string import Formatter
from typing import Any, NamedTuple, Union

from functions.strategy.saying import Place, moment, span
from shared.words import Language

Counts = tuple[tuple[str, int], ...]  # by why
Names = tuple[str, ...]
Value = Union[str, int, float, Place, Counts, Names, "Remark"]
Said = tuple[str, str]  # English, Spanish

SHOWN = 5  # names of many

# {n:bar|bars} is a number and its word, {t:moment} and {t:span} are µs, {f:percent} a fraction, {r:remark}
# another one.
SENTENCES: dict[str, Said] = {
    # of the data
    "no_zone": (
        "{file}: the times name no zone and are taken as UTC",
        "{file}: las horas no indican zona y se toman como UTC",
    ),
    "no_header": (
        "{file} names no columns: they are read as time, open, high, low, close and volume",
        "{file} no nombra columnas: se leen como hora, apertura, máximo, mínimo, cierre y volumen",
    ),
    "column_not_read": (
        "{where}: the column `{column}` is not read: prices are those traded",
        "{where}: la columna `{column}` no se lee: los precios son los negociados",
    ),
    "no_volume": (
        "{file} has no volume: it is taken as 0",
        "{file} no tiene volumen: se toma como 0",
    ),
    "empty_volume": (
        "{rows:row has|rows have} no volume, the first is {where}: it is taken as 0",
        "{rows:fila no tiene|filas no tienen} volumen, la primera es {where}: se toma como 0",
    ),
    "gaps": (
        "{symbols:names}: {gaps:gap|gaps} between bars of {timeframe}, the longest of {longest:span} after "
        "{after:moment}; nothing is filled in",
        "{symbols:names}: {gaps:hueco|huecos} entre velas de {timeframe}, el mayor de {longest:span} tras "
        "{after:moment}; no se rellena nada",
    ),
    "too_soon": (
        "{symbols:names}: {bars:bar comes|bars come} sooner than {timeframe} after the one before",
        "{symbols:names}: {bars:vela llega|velas llegan} antes de {timeframe} desde la anterior",
    ),
    "further_notes": (
        "{notes:further note|further notes} of this kind about other symbols",
        "{notes:nota más|notas más} de este tipo sobre otros símbolos",
    ),
    "converted": (
        "{symbols:names}: prices in {currency}, converted at the rate that was known",
        "{symbols:names}: precios en {currency}, convertidos al cambio conocido en cada momento",
    ),
    "old_rate": (
        "the rate of {currency} is up to {age:span} old where it is used",
        "el cambio de {currency} tiene hasta {age:span} de antigüedad donde se usa",
    ),
    "volume_read": (
        "its rules read the volume of {symbols:names}, which is 0 on every bar: what they make of it says "
        "nothing",
        "sus reglas leen el volumen de {symbols:names}, que es 0 en todas las velas: lo que calculan con él "
        "no dice nada",
    ),
    # of the costs
    "dear_commission": (
        "the commission takes {rate:percent} of each fill: 0.001 is 0.1 %",
        "la comisión se lleva un {rate:percent} de cada ejecución: 0.001 es un 0,1 %",
    ),
    "dear_maker_commission": (
        "the maker's commission takes {rate:percent} of each fill: 0.001 is 0.1 %",
        "la comisión de órdenes limitadas se lleva un {rate:percent} de cada ejecución: 0.001 es un 0,1 %",
    ),
    "dear_slippage": (
        "slippage takes {rate:percent} of each fill: 0.001 is 0.1 %",
        "el deslizamiento se lleva un {rate:percent} de cada ejecución: 0.001 es un 0,1 %",
    ),
    # of how it went
    "ruined": (
        "the account was ruined before the data ended: nothing was traded from then on",
        "la cuenta quedó en la ruina antes del fin de los datos: desde entonces no se operó",
    ),
    "beyond_the_grid": (
        "an amount grew beyond what is carried exactly: the run ended before the data",
        "un importe superó lo que se calcula con exactitud: la prueba acabó antes que los datos",
    ),
    "entries_refused": (
        "entries not made: {refused:reasons}",
        "entradas no realizadas: {refused:reasons}",
    ),
    "all_entries_refused": (
        "no trade was made: entries were refused, {refused:reasons}",
        "no se hizo ninguna operación: se rechazaron entradas, {refused:reasons}",
    ),
    "look_back_too_long": (
        "no trade was made: its rules look back {look_back:bar|bars}, and there are {bars}",
        "no se hizo ninguna operación: sus reglas miran {look_back:vela|velas} atrás, y hay {bars}",
    ),
    "entry_never_true": (
        "no trade was made: its entry was true on none of {bars:bar|bars}",
        "no se hizo ninguna operación: su entrada no se cumplió en ninguna de {bars:vela|velas}",
    ),
    "order_never_reached": (
        "no trade was made: the price never came to its {order} orders while they rested",
        "no se hizo ninguna operación: el precio nunca llegó a sus órdenes {order:order} mientras esperaban",
    ),
    "entry_on_the_last_bar": (
        "no trade was made: its entry was true on no bar that another followed",
        "no se hizo ninguna operación: su entrada no se cumplió en ninguna vela a la que siguiera otra",
    ),
    # of the insides of bars
    "no_finer_bars": (
        "{symbol} has no finer bars: inside its bars the worst case is taken first",
        "{symbol} no tiene velas más finas: dentro de las suyas se toma primero el peor caso",
    ),
    "finer_bars_lacking": (
        "of {bars:bar|bars} of {symbol}, {missing} have no finer ones and {differing} do not agree with "
        "theirs: inside those the worst case is taken first",
        "de {bars:vela|velas} de {symbol}, {missing} no tienen otras más finas y {differing} no coinciden "
        "con las suyas: dentro de ellas se toma primero el peor caso",
    ),
    "nothing_fills_inside": (
        "nothing of this strategy fills inside a bar: its bars of {finer} tell nothing more",
        "nada de esta estrategia se ejecuta dentro de una vela: las de {finer} no dicen nada más",
    ),
    "resolved_alike": (
        "resolved on bars of {finer}: every fill is what it is without them",
        "resuelta con velas de {finer}: cada ejecución es la misma que sin ellas",
    ),
    "resolved_otherwise": (
        "resolved on bars of {finer}: the run ends with {final}, without them with {final_without}; "
        "exits: {exits} and {exits_without}",
        "resuelta con velas de {finer}: la prueba acaba con {final}, sin ellas con {final_without}; "
        "salidas: {exits} y {exits_without}",
    ),
    "ambiguous_exits": (
        "{exits:exit depends|exits depend} on the order of prices inside a bar, which is not known "
        "({which:ambiguous}): stops were filled first, and trailing stops moved at the close; finer bars "
        "would tell",
        "{exits:salida depende|salidas dependen} del orden de los precios dentro de una vela, que no se "
        "conoce ({which:ambiguous}): los stops se ejecutaron primero y los dinámicos se movieron al cierre; "
        "unas velas más finas lo dirían",
    ),
    # of a sweep
    "combinations_failed": (
        "{failed} of {all:combination|combinations} could not be run, mostly: {why}",
        "{failed} de {all:combinación|combinaciones} no se pudieron probar, sobre todo: {why}",
    ),
    "combinations_idle": (
        "{idle} of {all:combination|combinations} never traded, and were not compared",
        "{idle} de {all:combinación|combinaciones} no operaron nunca, y no se compararon",
    ),
    "objective_undefined": (
        "the objective is undefined for {undefined} of {all:combination|combinations}",
        "el objetivo no está definido en {undefined} de {all:combinación|combinaciones}",
    ),
    "of_the_best": ("of the best: {what:remark}", "de la mejor: {what:remark}"),
}
REFUSALS: dict[str, Said] = {
    "no_cash": ("the account had no cash for a lot", "la cuenta no tenía efectivo para un lote"),
    "less_than_a_lot": ("their size was less than a lot", "su tamaño era menor que un lote"),
    "stop_beyond_price": ("their stop lay beyond the price", "su stop quedaba más allá del precio"),
    "undefined_price": ("a price of theirs was undefined", "uno de sus precios no estaba definido"),
    "undefined_size": ("their size was undefined", "su tamaño no estaba definido"),
    "no_edge": (
        "the last trades gave nothing to bet on",
        "las últimas operaciones no daban nada por lo que apostar",
    ),
    "no_volume": ("the bar had no volume to trade with", "la vela no tenía volumen con el que operar"),
    "no_price": ("slippage took all of the price", "el deslizamiento se llevó todo el precio"),
    "not_reached": ("the price never came to their order", "el precio nunca llegó a su orden"),
    "max_open_positions": ("enough positions were open", "ya había bastantes posiciones abiertas"),
    "cooldown": ("the last exit was too recent", "la última salida era demasiado reciente"),
    "halted": ("losses had halted entries", "las pérdidas habían detenido las entradas"),
    "missing_leg": ("a leg had no bar at that time", "una pata no tenía vela en ese momento"),
}
AMBIGUOUS: dict[str, Said] = {
    "stop_or_target": ("met stop and target in one bar", "con stop y objetivo en una misma vela"),
    "trailing_stop": (
        "hung on a trailing stop that their bar moved",
        "con un stop dinámico que su propia vela movió",
    ),
    "entry_bar": ("were reached in the bar of their entry", "alcanzadas en la vela de su entrada"),
}
ORDERS = {"limit": "limitadas", "stop": "stop"}


class Remark(NamedTuple):
    code: str  # stable, for programs
    values: tuple[tuple[str, Value], ...]


def remark(code: str, **values: Value) -> Remark:
    return Remark(code, tuple(values.items()))


def together(remarks: Iterable[Remark]) -> list[Remark]:
    """What is the same of several symbols is said once, of all of them."""
    symbols: dict[Remark, list[str]] = {}
    for one in remarks:
        values: dict[str, Any] = dict(one.values)
        of = values.pop("symbols", ())
        symbols.setdefault(remark(one.code, **values), []).extend(of)
    return [
        remark(rest.code, symbols=tuple(of), **dict(rest.values)) if of else rest
        for rest, of in symbols.items()
    ]


def told(one: Remark, language: Language = "en") -> str:
    return _Sentence(language).format(_chosen(SENTENCES[one.code], language), **dict(one.values))


def sentences(remarks: Sequence[Remark]) -> list[str]:
    return [told(one) for one in remarks]


def listed(remarks: Sequence[Remark]) -> list[dict[str, Any]]:
    """For programs: the code and its values."""
    return [_plain(one) for one in remarks]


def _plain(value: Value) -> Any:
    if isinstance(value, str | int | float):
        return value
    if isinstance(value, Remark):
        return {"code": value.code, "values": {name: _plain(each) for name, each in value.values}}
    if isinstance(value, Place):
        return value._asdict()
    return dict(value) if value and isinstance(value[0], tuple) else list(value)


def _chosen(said: Said, language: Language) -> str:
    return said[language == "es"]


class _Sentence(Formatter):
    def __init__(self, language: Language) -> None:
        self.language: Language = language

    def format_field(self, value: Any, format_spec: str) -> str:
        one, choice, many = format_spec.partition("|")
        if choice:
            return f"{value} {one if value == 1 else many}"
        match format_spec:
            case "moment":
                return moment(value)
            case "span":
                return span(value, self.language)
            case "percent":
                return self._percent(value)
            case "reasons":
                return "; ".join(self._reason(why, count) for why, count in value)
            case "ambiguous":
                return ", ".join(f"{count} {_chosen(AMBIGUOUS[why], self.language)}" for why, count in value)
            case "names":
                return self._names(value)
            case "order":
                return ORDERS[value]
            case "remark":
                return told(value, self.language)
        return value.told(self.language) if isinstance(value, Place) else str(value)

    def _names(self, names: Names) -> str:
        if len(names) <= SHOWN + 1:
            return ", ".join(names)
        more = f"y {len(names) - SHOWN} más" if self.language == "es" else f"and {len(names) - SHOWN} others"
        return f"{', '.join(names[:SHOWN])} {more}"

    def _percent(self, fraction: float) -> str:
        text = f"{fraction * 100:g} %"
        return text.replace(".", ",") if self.language == "es" else text

    def _reason(self, why: str, count: int) -> str:
        plain = why.replace("_", " ")
        reason = _chosen(REFUSALS.get(why, (plain, plain)), self.language)
        return f"{count} porque {reason}" if self.language == "es" else f"{count} because {reason}"


def reasons(rejected: Mapping[str, int]) -> Counts:
    """Those that there were."""
    return tuple((why, count) for why, count in rejected.items() if count)
