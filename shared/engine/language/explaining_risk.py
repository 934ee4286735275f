"""What a strategy risks, in plain words."""

from collections.abc import Iterator

from shared.engine.language import risk
from shared.engine.language.sides import Sides
from shared.engine.language.speech import Speech


def risk_told(risks: risk.Risk, traded: Sides, speech: Speech) -> str:
    """A paragraph: the size of a position, what ends it, what forbids the next."""
    sentences = [_size(risks.size, speech), *_ends(risks, traded, speech), *_limits(risks, speech)]
    return " ".join(sentences)


def _size(size: risk.Size, speech: Speech) -> str:
    how = _how_large(size, speech)
    return speech.one(f"Each position is {how}.", f"Cada posición es {how}.")


def _how_large(size: risk.Size, speech: Speech) -> str:
    match size:
        case risk.FixedQuantity(quantity):
            amount = speech.number(quantity)
            return speech.one(f"{amount} units", f"de {amount} unidades")
        case risk.FixedCash(cash):
            amount = speech.number(cash)
            return speech.one(f"{amount} in cash", f"de {amount} en efectivo")
        case risk.PercentOfEquity(percent):
            part = speech.percent(percent)
            return speech.one(f"{part} of the equity", f"del {part} del capital")
        case risk.RiskFraction(fraction):
            part = speech.percent(fraction)
            return speech.one(
                f"as large as loses {part} of the equity at the stop loss",
                f"tan grande como para perder el {part} del capital en el stop de pérdidas",
            )
        case risk.VolatilityTarget(yearly, bars):
            part, over = speech.percent(yearly), speech.bars(bars)
            return speech.one(
                f"as large as moves the equity by {part} a year, measured over {over}",
                f"tan grande como para mover el capital un {part} al año, medido en {over}",
            )
        case risk.KellyFraction(fraction, most, trades):
            part, limit = speech.percent(fraction), speech.percent(most)
            return speech.one(
                f"{part} of Kelly's bet on the last {trades} trades, at most {limit} of the equity",
                f"el {part} de la apuesta de Kelly sobre las últimas {trades} operaciones,"
                f" como máximo el {limit} del capital",
            )


def _ends(risks: risk.Risk, traded: Sides, speech: Speech) -> Iterator[str]:
    if stop := risks.stop_loss:
        where = _where(stop.distance, stop.of, traded, speech)
        yield speech.one(f"The stop loss is {where}.", f"El stop de pérdidas está {where}.")
    for target in risks.take_profit:
        where = _where(target.distance, target.of, traded, speech)
        share = speech.percent(target.share)
        if target.share == 1:
            yield speech.one(f"The take profit is {where}.", f"La toma de beneficios está {where}.")
        else:
            yield speech.one(
                f"A take profit of {share} of the position is {where}.",
                f"Una toma de beneficios del {share} de la posición está {where}.",
            )
    if trail := risks.trailing_stop:
        yield _trail(trail, speech)
    if risks.time_stop:
        after = speech.bars(risks.time_stop)
        yield speech.one(f"It leaves {after} after the entry.", f"Sale {after} después de la entrada.")


def _where(distance: risk.Distance, of: risk.Reference, traded: Sides, speech: Speech) -> str:
    if isinstance(distance, risk.Level):
        price = speech.sides(distance.price, traded)
        return speech.one(f"at {price}", f"en {price}")
    start = {
        "fill": speech.one("the price of the entry", "el precio de entrada"),
        "signal_close": speech.one("the close that gave the signal", "el cierre que dio la señal"),
    }[of]
    if isinstance(distance, risk.Percent):
        far = speech.percent(distance.percent)
    else:
        far = _ranges(distance, speech)
    return speech.one(f"{far} from {start}", f"a {far} de {start}")


def _ranges(distance: risk.AtrMultiple | risk.Chandelier, speech: Speech) -> str:
    count, over = speech.number(distance.multiple), speech.bars(distance.bars)
    return speech.one(
        f"{count} average true ranges over {over}", f"{count} rangos verdaderos medios de {over}"
    )


def _trail(trail: risk.Trail, speech: Speech) -> str:
    if isinstance(trail, risk.Chandelier):
        far, over = _ranges(trail, speech), speech.bars(trail.bars)
        return speech.one(
            f"A stop follows {far} behind the best price of the last {over}.",
            f"Un stop sigue a {far} del mejor precio de las últimas {over}.",
        )
    far = speech.percent(trail.percent) if isinstance(trail, risk.Percent) else _ranges(trail, speech)
    return speech.one(
        f"A stop follows {far} behind the best price since the entry.",
        f"Un stop sigue a {far} del mejor precio desde la entrada.",
    )


def _limits(risks: risk.Risk, speech: Speech) -> Iterator[str]:
    if most := risks.max_open_positions:
        yield speech.one(
            f"At most {most} positions are open.", f"Como máximo hay {most} posiciones abiertas."
        )
    if risks.cooldown:
        pause = speech.bars(risks.cooldown)
        yield speech.one(f"After an exit it waits {pause}.", f"Tras una salida espera {pause}.")
    yield from _halts(risks.halt, speech)
    if risks.leverage.most > 1:
        times, margin = speech.number(risks.leverage.most), speech.percent(risks.leverage.maintenance_margin)
        yield speech.one(
            f"It may trade {times} times the equity and is liquidated below a margin of {margin}.",
            f"Puede operar {times} veces el capital y se liquida por debajo de un margen del {margin}.",
        )
    if risks.borrow_rate:
        rate = speech.percent(risks.borrow_rate)
        yield speech.one(
            f"What is sold short costs {rate} a year.", f"Lo vendido en corto cuesta un {rate} al año."
        )


def _halts(halt: risk.Halt, speech: Speech) -> Iterator[str]:
    for loss, english, spanish in (
        (halt.daily, "day", "del día"),
        (halt.weekly, "week", "de la semana"),
        (halt.monthly, "month", "del mes"),
    ):
        if loss:
            part = speech.percent(loss)
            yield speech.one(
                f"After losing {part} in a {english} it enters no more in that {english}.",
                f"Tras perder un {part} no entra más en lo que queda {spanish}.",
            )
