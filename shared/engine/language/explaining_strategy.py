"""A whole strategy in plain words: when it enters, when it leaves, what it risks."""

from shared.engine.language.definition import Definition, Entry, Ladder
from shared.engine.language.explaining_risk import risk_told
from shared.engine.language.rendering import render
from shared.engine.language.speech import Speech
from shared.engine.language.words import TIMEFRAMES
from shared.words import Language


def explain_strategy(definition: Definition, language: Language = "en") -> str:
    """A few paragraphs, with an empty line between them."""
    speech = Speech(language, definition.values)
    paragraphs = [
        _title(definition, speech),
        _entries(definition, speech),
        _exits(definition, speech),
        risk_told(definition.risk, definition.entry.when, speech),
        _requirements(definition, speech),
    ]
    return "\n\n".join(paragraph for paragraph in paragraphs if paragraph)


def _requirements(definition: Definition, speech: Speech) -> str:
    """As they are written: it is the names that they are about."""
    if not definition.requires:
        return ""
    said = speech.listed([f"`{render(tree)}`" for tree in definition.requires])
    return speech.one(f"Its parameters keep {said}.", f"Sus parámetros cumplen {said}.")


def _title(definition: Definition, speech: Speech) -> str:
    told = definition.name
    if definition.universe:
        told += f", {speech.one('on', 'sobre')} {speech.listed(definition.universe)}"
    if definition.timeframe:
        english, spanish = TIMEFRAMES[definition.timeframe]
        told += speech.one(f", on the {english} chart", f", en el gráfico {spanish}")
    return f"{told}. {definition.description}".strip()


def _entries(definition: Definition, speech: Speech) -> str:
    entry, told = definition.entry, []
    if entry.when.long:
        rule = speech.said(entry.when.long)
        told.append(speech.one(f"It buys when {rule}.", f"Compra cuando {rule}."))
    if entry.when.short:
        rule = speech.said(entry.when.short)
        told.append(speech.one(f"It sells short when {rule}.", f"Vende en corto cuando {rule}."))
    told.append(_order(entry, speech))
    if entry.ladder:
        told.append(_ladder(entry.ladder, speech))
    if entry.pyramiding > 1:
        most = entry.pyramiding
        told.append(
            speech.one(f"A position may have {most} entries.", f"Una posición puede tener {most} entradas.")
        )
    if definition.legs:
        legs = speech.listed([f"{speech.number(leg.weight)} {leg.symbol}" for leg in definition.legs])
        told.append(
            speech.one(f"One position is made of {legs}.", f"Una posición se compone de {legs}."),
        )
    return " ".join(told)


def _order(entry: Entry, speech: Speech) -> str:
    if entry.order == "market":
        return speech.one("It enters at the next open.", "Entra en la siguiente apertura.")
    price, rests = speech.sides(entry.price, entry.when), speech.bars(entry.valid_bars)
    if entry.order == "limit":
        return speech.one(
            f"It enters by a limit order at {price}, which rests for {rests}.",
            f"Entra con una orden limitada en {price}, que espera {rests}.",
        )
    return speech.one(
        f"It enters by a stop order at {price}, which rests for {rests}.",
        f"Entra con una orden stop en {price}, que espera {rests}.",
    )


def _ladder(ladder: Ladder, speech: Speech) -> str:
    if ladder.percent is not None:
        step = speech.percent(ladder.percent)
    else:
        ranges, bars = speech.number(ladder.atr or 0), speech.bars(ladder.bars)
        step = speech.one(
            f"{ranges} average true ranges over {bars}", f"{ranges} rangos verdaderos medios de {bars}"
        )
    return speech.one(
        f"The entry is spread over {ladder.levels} levels, each {step} better than the one before.",
        f"La entrada se reparte en {ladder.levels} niveles, cada uno {step} mejor que el anterior.",
    )


def _exits(definition: Definition, speech: Speech) -> str:
    told = []
    if definition.exit.long:
        rule = speech.said(definition.exit.long)
        told.append(
            speech.one(f"It closes a long position when {rule}.", f"Cierra una posición larga cuando {rule}.")
        )
    if definition.exit.short:
        rule = speech.said(definition.exit.short)
        told.append(
            speech.one(
                f"It closes a short position when {rule}.", f"Cierra una posición corta cuando {rule}."
            )
        )
    if definition.entry.when.long and definition.entry.when.short:
        told.append(
            speech.one(
                "An opposite entry closes the position and reverses it.",
                "Una entrada opuesta cierra la posición y la invierte.",
            )
        )
    return " ".join(told)
