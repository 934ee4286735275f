"""A whole strategy in plain words, English and Spanish."""

import pytest

from shared.engine.language import read_strategy
from shared.engine.language.explaining_strategy import explain_strategy
from tests.shared.engine.language.files import CROSS, EVERYTHING, with_entry, with_risk

CROSS_SAID = """\
SMA cross.

It buys when the 24-bar average of the close crosses above its 96-bar average. It sells short when the \
24-bar average of the close crosses below its 96-bar average. It enters at the next open.

It closes a long position when the 24-bar average of the close crosses below its 96-bar average. An \
opposite entry closes the position and reverses it.

Each position is 100 % of the equity. The stop loss is 2 % from the close that gave the signal. The take \
profit is 4 % from the close that gave the signal."""
CROSS_DICHO = """\
SMA cross.

Compra cuando la media de 24 velas del cierre cruza por encima de su media de 96 velas. Vende en corto \
cuando la media de 24 velas del cierre cruza por debajo de su media de 96 velas. Entra en la siguiente \
apertura.

Cierra una posición larga cuando la media de 24 velas del cierre cruza por debajo de su media de 96 \
velas. Una entrada opuesta cierra la posición y la invierte.

Cada posición es del 100 % del capital. El stop de pérdidas está a 2 % del cierre que dio la señal. La \
toma de beneficios está a 4 % del cierre que dio la señal."""
EVERYTHING_SAID = """\
Everything, on BTCUSDT and ETHUSDT, on the 15-minute chart. Shows every key.

It buys when the 24-bar average of the close crosses above the 5-bar average of the close on the daily \
chart, and trend is on. It sells short when the rank of the close in the universe is above 1, and the \
market phase is not accumulation. It enters by a limit order at the close times 0.99 (short: the close \
times 1.01), which rests for 3 bars. The entry is spread over 4 levels, each 0.5 average true ranges \
over 20 bars better than the one before. A position may have 2 entries. One position is made of 1 \
BTCUSDT and -1.5 ETHUSDT.

It closes a long position when the number of bars since the entry is above 10. It closes a short \
position when the close of SOLUSDT is above 3. An opposite entry closes the position and reverses it.

Each position is as large as loses 1 % of the equity at the stop loss. The stop loss is 2 average true \
ranges over 30 bars from the price of the entry. A take profit of 50 % of the position is 4 % from the \
close that gave the signal. A take profit of 50 % of the position is at the high plus 1 (short: the low \
minus 1). A stop follows 3 average true ranges over 22 bars behind the best price of the last 22 bars. \
It leaves 1 bar after the entry. At most 2 positions are open. After an exit it waits 5 bars. After \
losing 1 % in a day it enters no more in that day. After losing 15 % in a month it enters no more in \
that month. It may trade 3 times the equity and is liquidated below a margin of 5 %. What is sold short \
costs 3 % a year.

Its parameters keep `$fast > 2`."""


def test_a_strategy_is_told_in_a_few_paragraphs() -> None:
    assert explain_strategy(read_strategy(CROSS)) == CROSS_SAID


def test_a_strategy_is_told_in_spanish() -> None:
    assert explain_strategy(read_strategy(CROSS), "es") == CROSS_DICHO


def test_every_element_of_a_strategy_is_told() -> None:
    assert explain_strategy(read_strategy(EVERYTHING)) == EVERYTHING_SAID


def test_every_element_of_a_strategy_is_told_in_spanish_too() -> None:
    english, spanish = (explain_strategy(read_strategy(EVERYTHING), language) for language in ("en", "es"))
    assert [part.count(". ") for part in spanish.split("\n\n")] == [
        part.count(". ") for part in english.split("\n\n")
    ]
    assert "trend está activado" in spanish


@pytest.mark.parametrize(
    ("text", "english", "spanish"),
    [
        (
            with_risk("size = { quantity = 10 }"),
            "Each position is 10 units.",
            "Cada posición es de 10 unidades.",
        ),
        (
            with_risk("size = { cash = 1000 }"),
            "Each position is 1000 in cash.",
            "Cada posición es de 1000 en efectivo.",
        ),
        (
            with_risk("size = { volatility_target = 0.155 }"),
            "Each position is as large as moves the equity by 15.5 % a year, measured over 20 bars.",
            "Cada posición es tan grande como para mover el capital un 15,5 % al año, medido en 20 velas.",
        ),
        (
            with_risk("size = { kelly = 0.5, most = 0.25 }"),
            "Each position is 50 % of Kelly's bet on the last 30 trades, at most 25 % of the equity.",
            "Cada posición es el 50 % de la apuesta de Kelly sobre las últimas 30 operaciones,"
            " como máximo el 25 % del capital.",
        ),
        (
            with_risk("trailing_stop = { percent = 0.03 }"),
            "A stop follows 3 % behind the best price since the entry.",
            "Un stop sigue a 3 % del mejor precio desde la entrada.",
        ),
        (
            with_risk("halt = { weekly = 0.05 }"),
            "After losing 5 % in a week it enters no more in that week.",
            "Tras perder un 5 % no entra más en lo que queda de la semana.",
        ),
        (
            with_entry('order = "stop"\nprice = "high"'),
            "It enters by a stop order at the high, which rests for 1 bar.",
            "Entra con una orden stop en el máximo, que espera 1 vela.",
        ),
        (
            with_entry('order = "limit"\nprice = "low"\nladder = { levels = 3, percent = 0.01 }'),
            "The entry is spread over 3 levels, each 1 % better than the one before.",
            "La entrada se reparte en 3 niveles, cada uno 1 % mejor que el anterior.",
        ),
    ],
)
def test_each_kind_of_risk_and_entry_has_its_sentence(text: str, english: str, spanish: str) -> None:
    read = read_strategy(text)
    assert english in explain_strategy(read)
    assert spanish in explain_strategy(read, "es")
