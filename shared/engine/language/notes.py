"""What the wording of a name leaves open: its scale, where it begins, whose definition it is. As `words`."""

from shared.engine.language.words import Said

PERCENT: Said = ("From 0 to 100.", "De 0 a 100.")
NAMES: dict[str, Said] = {
    "hl2": ("(high + low) / 2.", "(high + low) / 2."),
    "hlc3": ("(high + low + close) / 3.", "(high + low + close) / 3."),
    "ohlc4": ("(open + high + low + close) / 4.", "(open + high + low + close) / 4."),
    "bars_held": (
        "0 at the close of the bar of the entry; undefined without a position.",
        "0 al cierre de la vela de la entrada; sin posición no está definido.",
    ),
    "open_profit_pct": (
        "Costs included, 1.5 is 1.5 %; undefined without a position.",
        "Con los costes, 1,5 es el 1,5 %; sin posición no está definida.",
    ),
    "universe": (
        "The symbols that are traded, in `evaluate` those of the data: it stands in `rank` alone.",
        "Los símbolos que se operan, en `evaluate` los de los datos: solo va dentro de `rank`.",
    ),
}
AVERAGES: dict[str, Said] = {
    "ema": (
        "Begins with the mean of n bars; each bar closes 2 / (n + 1) of the distance.",
        "Empieza con la media de n velas; cada vela recorre 2 / (n + 1) de la distancia.",
    ),
    "wma": (
        "Weights from 1 to n: the newest bar has the greatest.",
        "Pesos de 1 a n: la vela más nueva tiene el mayor.",
    ),
    "kama": (
        "Kaufman: between an average of 2 bars where prices go straight and one of 30 where they wander.",
        "Kaufman: entre una media de 2 velas si el precio va recto y una de 30 si vaga.",
    ),
    "hma": ("Hull, 2005: quick, and smooth.", "Hull, 2005: rápida y suave."),
    "vwap": (
        "Since midnight in the time zone, by the open of the bar; undefined until something was traded.",
        "Desde la medianoche de la zona, por la apertura de la vela; sin definir hasta que algo se negocia.",
    ),
    "linreg": ("The value of the line at the newest bar.", "El valor de la recta en la vela más nueva."),
}
OSCILLATORS: dict[str, Said] = {
    "rsi": (
        "Wilder, 1978. From 0 to 100; undefined as long as nothing has changed.",
        "Wilder, 1978. De 0 a 100; sin definir mientras nada ha cambiado.",
    ),
    "stoch": (
        "From 0 to 100: %K is smoothed, %D is its average.",
        "De 0 a 100: %K está suavizada, %D es su media.",
    ),
    "stochrsi": (
        "From 0 to 100: where the RSI stands between its own lowest and highest.",
        "De 0 a 100: dónde está el RSI entre su propio mínimo y su máximo.",
    ),
    "macd": (
        "The shorter of the two is the fast one, in whichever order they stand. Both begin with the longer "
        "one; no output comes before the signal.",
        "La más corta de las dos es la rápida, en cualquier orden. Ambas empiezan con la más larga; ninguna "
        "salida llega antes que la señal.",
    ),
    "cci": (
        "Lambert, 1980: in mean deviations times 0.015.",
        "Lambert, 1980: en desviaciones medias por 0,015.",
    ),
    "roc": ("1.5 is 1.5 %.", "1,5 es el 1,5 %."),
    "willr": (
        "From -100 at the lowest low to 0 at the highest high.",
        "De -100 en el mínimo más bajo a 0 en el máximo más alto.",
    ),
    "adx": (
        "Wilder, 1978. From 0 to 100: how much of the movement is one way, whichever.",
        "Wilder, 1978. De 0 a 100: cuánto del movimiento va en una sola dirección, sea cual sea.",
    ),
    "dmi": PERCENT,
    "aroon": (
        "100 where the bar itself is the highest (the lowest), 0 where that was n bars ago.",
        "100 si la propia vela es la más alta (la más baja), 0 si lo fue hace n velas.",
    ),
    "mfi": ("From 0 to 100: an RSI of what was traded.", "De 0 a 100: un RSI de lo negociado."),
    "cmf": ("From -1 to 1.", "De -1 a 1."),
}
TRENDS: dict[str, Said] = {
    "supertrend": (
        "The direction is 1 upwards and -1 downwards.",
        "La dirección es 1 al alza y -1 a la baja.",
    ),
    "psar": (
        "Wilder, 1978: below the price in a rise, above it in a fall.",
        "Wilder, 1978: bajo el precio en una subida, sobre él en una bajada.",
    ),
    "ichimoku": (
        "The spans stand where they are drawn, `base` bars later. There is no lagging line: it looks ahead.",
        "Los tramos están donde se dibujan, `base` velas después. No hay línea retrasada: mira al futuro.",
    ),
    "obv": ("Begins with the volume of the first bar.", "Empieza con el volumen de la primera vela."),
    "adl": ("Counted from the first bar.", "Contada desde la primera vela."),
    "atr": ("Wilder's average.", "La media de Wilder."),
    "natr": ("In percent of the close.", "En porcentaje del cierre."),
    "stddev": ("Of the population: divided by n.", "De la población: dividida por n."),
    "zscore": (
        "In deviations of the population; undefined where nothing moved.",
        "En desviaciones de la población; sin definir si nada se movió.",
    ),
    "hvol": (
        "Of logarithmic changes, times the root of the bars in a year: 0.2 is 20 % a year.",
        "De los cambios logarítmicos, por la raíz de las velas de un año: 0,2 es el 20 % anual.",
    ),
}
CHANNELS: dict[str, Said] = {
    "bbands": (
        "So many deviations of the population from the average.",
        "A tantas desviaciones de la población de la media.",
    ),
    "keltner": (
        "So many average true ranges from the exponential average of the close.",
        "A tantos rangos verdaderos medios de la media exponencial del cierre.",
    ),
    "donchian": (
        "The bar itself counts: a breakout is `close > donchian(20).upper[1]`.",
        "La propia vela cuenta: una ruptura es `close > donchian(20).upper[1]`.",
    ),
    "pivots": (
        "Out of the bar itself: on finer bars, those of the last day are `pivots().r1@1d`.",
        "De la propia vela: en velas más finas, los del último día son `pivots().r1@1d`.",
    ),
    "fibonacci": (
        "From the highest high of n bars down to their lowest low.",
        "Del máximo más alto de n velas hasta su mínimo más bajo.",
    ),
    "highest": (
        "The bar itself counts: a breakout is `close > highest(high, 20)[1]`.",
        "La propia vela cuenta: una ruptura es `close > highest(high, 20)[1]`.",
    ),
    "lowest": ("The bar itself counts.", "La propia vela cuenta."),
}
CONDITIONS: dict[str, Said] = {
    "crosses_above": (
        "At most as much one bar ago, and more now: true on one bar.",
        "Como mucho igual hace una vela y mayor ahora: se cumple en una sola vela.",
    ),
    "crosses_below": (
        "At least as much one bar ago, and less now: true on one bar.",
        "Al menos igual hace una vela y menor ahora: se cumple en una sola vela.",
    ),
    "rising": ("Each of the last n changes is above 0.", "Cada uno de los últimos n cambios es mayor que 0."),
    "falling": (
        "Each of the last n changes is below 0.",
        "Cada uno de los últimos n cambios es menor que 0.",
    ),
    "between_time": (
        "Of the close of the bar: the start is included, the end is not; over midnight where that is "
        "earlier. Where both are the same, never. "
        'Such as `between_time("09:30", "16:00", "America/New_York")`.',
        "Del cierre de la vela: el inicio se incluye, el final no; pasa de medianoche si este es anterior. "
        "Si son iguales, nunca. "
        'Como `between_time("09:30", "16:00", "America/New_York")`.',
    ),
    "bars_since": (
        "0 on a bar on which it holds; undefined before the first.",
        "0 en una vela en que se cumple; sin definir antes de la primera.",
    ),
    "value_when": ("Undefined before the first.", "Sin definir antes de la primera."),
    "rank": (
        "1 for the greatest of those that have a value; equals share a rank, and after two of 1 comes 3.",
        "1 para el mayor de los que tienen valor; los iguales comparten puesto, y tras dos de 1 viene el 3.",
    ),
    "amd_phase": (
        "Read by rule from the last 200 bars, and undefined where it is none of them; a text, as in "
        '`amd_phase() == "accumulation"`.',
        "Leída por regla de las últimas 200 velas, y sin definir si no es ninguna; un texto, como en "
        '`amd_phase() == "accumulation"`.',
    ),
}
ARITHMETIC: dict[str, Said] = {
    "sqrt": ("Undefined below 0.", "Sin definir por debajo de 0."),
    "log": ("Natural; undefined at 0 and below.", "Natural; sin definir en 0 y por debajo."),
    "sign": ("-1, 0 or 1.", "-1, 0 o 1."),
    "round": ("Half to even: 2.5 is 2.", "La mitad, al par: 2,5 es 2."),
    "where": (
        "What is not chosen need not be defined.",
        "Lo que no se elige no tiene que estar definido.",
    ),
}
CALLS = AVERAGES | OSCILLATORS | TRENDS | CHANNELS | CONDITIONS | ARITHMETIC
CANDLES: Said = (
    "100 where the pattern is bullish, -100 where it is bearish, else 0; as TA-Lib has it.",
    "100 si el patrón es alcista, -100 si es bajista, si no 0; como lo tiene TA-Lib.",
)
