"""What a rule means in plain words, English and Spanish."""

import pytest

from shared.engine.language import check, parse
from shared.engine.language.catalogue import Setting
from shared.engine.language.explaining import explain
from shared.engine.language.functions import FUNCTIONS
from shared.engine.language.typed import Value

PARAMETERS: dict[str, Value] = {"fast": 24.0, "slow": 96.0}
SAID = {
    "crosses_above(sma(close, $fast), sma(close, $slow)) and rsi(close, 14) < 70": (
        "the 24-bar average of the close crosses above its 96-bar average,"
        " and the RSI over 14 bars is below 70",
        "la media de 24 velas del cierre cruza por encima de su media de 96 velas,"
        " y el RSI de 14 velas está por debajo de 70",
    ),
    "close > sma(close, 20) and not in_position and volume > 0": (
        "the close is above its 20-bar average, no position is open, and the volume is above 0",
        "el cierre está por encima de su media de 20 velas, no hay ninguna posición abierta,"
        " y el volumen está por encima de 0",
    ),
    "crosses_below(macd(close).macd, macd(close).signal)": (
        "the main line of the MACD (12, 26, 9) crosses below the signal line of the MACD (12, 26, 9)",
        "la línea principal del MACD (12, 26, 9) cruza por debajo de la línea de señal del MACD (12, 26, 9)",
    ),
    "low < bbands(close, 20, 2.5).lower[1]": (
        "the low is below the lower band of the Bollinger bands (20 bars, 2.5 deviations) 1 bar ago",
        "el mínimo está por debajo de la banda inferior de las bandas de Bollinger"
        " (20 velas, 2,5 desviaciones) hace 1 vela",
    ),
    'close["BTCUSDT"] >= sma(close@1d, 50)': (
        "the close of BTCUSDT is at least the 50-bar average of the close on the daily chart",
        "el cierre de BTCUSDT es al menos la media de 50 velas del cierre en el gráfico diario",
    ),
    "close > open or volume > 2 * sma(volume, 20) and bars_held <= 1": (
        "the close is above the open, or both the volume is above 2 times the 20-bar average of the volume"
        " and the number of bars since the entry is at most 1",
        "el cierre está por encima de la apertura, o a la vez el volumen está por encima de 2 por la media"
        " de 20 velas del volumen y el número de velas desde la entrada es como mucho 1",
    ),
    "(close > open or close > 3) and not (rising(close) or high != low)": (
        "either the close is above the open or the close is above 3, and it is not true that either"
        " the close has risen for 1 bar or the high is not the low",
        "o bien el cierre está por encima de la apertura o el cierre está por encima de 3, y no es cierto que"
        " o bien el cierre ha subido durante 1 vela o el máximo no es el mínimo",
    ),
    "cdl_engulfing() > 0 or cdl_doji() != 0 or cdl_hammer() < 0": (
        "a bullish engulfing pattern appears, the doji pattern appears, or a bearish hammer pattern appears",
        "aparece un patrón envolvente alcista, aparece el patrón doji, o aparece un patrón martillo bajista",
    ),
    'amd_phase() == "accumulation"': (
        "the market phase is accumulation",
        "la fase del mercado es acumulación",
    ),
    'between_time("09:30", "16:00", "America/New_York")': (
        "the time is between 09:30 and 16:00 (America/New_York)",
        "la hora está entre las 09:30 y las 16:00 (America/New_York)",
    ),
    "zscore(close / open, 60) < -2": (
        "the z-score over 60 bars of (the close divided by the open) is below -2",
        "la puntuación z de 60 velas de (el cierre entre la apertura) está por debajo de -2",
    ),
    "close - (open - low) > -low": (
        "the close minus (the open minus the low) is above minus the low",
        "el cierre menos (la apertura menos el mínimo) está por encima de menos el mínimo",
    ),
    "rank(roc(close, $other), universe) <= 3": (
        "the rank of the change in percent over $other bars in the universe is at most 3",
        "el puesto del cambio en porcentaje en $other velas en el universo es como mucho 3",
    ),
    "max(open, close, low) > where(in_position, 1, 2)": (
        "the greatest of the open, the close, and the low is above (1 if a position is open, otherwise 2)",
        "el mayor valor entre la apertura, el cierre, y el mínimo está por encima de"
        " (1 si hay una posición abierta, y si no 2)",
    ),
}


@pytest.mark.parametrize(("text", "said"), SAID.items(), ids=SAID)
def test_a_rule_is_told_in_plain_words(text: str, said: tuple[str, str]) -> None:
    tree = parse(text)
    assert (explain(tree, parameters=PARAMETERS), explain(tree, "es", parameters=PARAMETERS)) == said


def example(name: str) -> str:
    """A call of it with as little as it needs."""
    function = FUNCTIONS[name]
    samples = {"number": "open", "truth": "in_position", "universe": "universe"}
    if name in ("bars_since", "value_when"):
        samples["truth"] = "open > 1"
    given = [samples[each.kind] for each in function.inputs]
    needed = [each for each in function.settings if each.default is None]
    given += [
        "7" if isinstance(each, Setting) else "'UTC'" if each.shape == "time zone" else "'09:30'"
        for each in needed
    ]
    return f"{name}({', '.join(given)})" + (f".{function.outputs[0]}" if function.outputs else "")


@pytest.mark.parametrize("name", FUNCTIONS)
def test_every_function_is_told_in_both_languages(name: str) -> None:
    tree = parse(example(name))
    check(tree)
    english, spanish = explain(tree), explain(tree, "es")
    assert english != spanish
    assert "{" not in english + spanish
    assert " de el " not in f" {spanish} "
    assert ("the open" in english) == ("open" in example(name)) or "position" in english
