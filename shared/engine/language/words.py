"""What a person reads for each name of the language: English, then Spanish.

`{0}`, `{1}` … are the arguments in their order; `{of}` tells the series, unless it is the close.
"""

from shared.engine.language.patterns import PATTERNS

Said = tuple[str, str]

NAMES: dict[str, Said] = {
    "open": ("the open", "la apertura"),
    "high": ("the high", "el máximo"),
    "low": ("the low", "el mínimo"),
    "close": ("the close", "el cierre"),
    "volume": ("the volume", "el volumen"),
    "hl2": ("the middle of the bar", "el punto medio de la vela"),
    "hlc3": ("the typical price", "el precio típico"),
    "ohlc4": ("the mean price of the bar", "el precio medio de la vela"),
    "in_position": ("a position is open", "hay una posición abierta"),
    "bars_held": ("the number of bars since the entry", "el número de velas desde la entrada"),
    "open_profit_pct": ("the open profit in percent", "la ganancia abierta en porcentaje"),
    "universe": ("the universe", "el universo"),
}
AVERAGES: dict[str, Said] = {
    "sma": ("the {1}-bar average of {0}", "la media de {1} velas de {0}"),
    "ema": ("the {1}-bar exponential average of {0}", "la media exponencial de {1} velas de {0}"),
    "wma": ("the {1}-bar weighted average of {0}", "la media ponderada de {1} velas de {0}"),
    "dema": (
        "the {1}-bar double exponential average of {0}",
        "la media exponencial doble de {1} velas de {0}",
    ),
    "tema": (
        "the {1}-bar triple exponential average of {0}",
        "la media exponencial triple de {1} velas de {0}",
    ),
    "kama": ("the {1}-bar adaptive average of {0}", "la media adaptativa de {1} velas de {0}"),
    "hma": ("the {1}-bar Hull average of {0}", "la media de Hull de {1} velas de {0}"),
    "vwap": (
        "the volume-weighted average price of the day ({0})",
        "el precio medio del día ponderado por volumen ({0})",
    ),
    "highest": ("the {1}-bar maximum of {0}", "el máximo de {1} velas de {0}"),
    "lowest": ("the {1}-bar minimum of {0}", "el mínimo de {1} velas de {0}"),
    "linreg": ("the {1}-bar regression line of {0}", "la recta de regresión de {1} velas de {0}"),
}
INDICATORS: dict[str, Said] = {
    "rsi": ("the RSI over {1} bars{of}", "el RSI de {1} velas{of}"),
    "stoch": ("the stochastic ({0}, {1}, {2})", "el estocástico ({0}, {1}, {2})"),
    "stochrsi": ("the stochastic RSI ({1}, {2}, {3}){of}", "el RSI estocástico ({1}, {2}, {3}){of}"),
    "macd": ("the MACD ({1}, {2}, {3}){of}", "el MACD ({1}, {2}, {3}){of}"),
    "cci": ("the CCI over {0} bars", "el CCI de {0} velas"),
    "roc": ("the change in percent over {1} bars{of}", "el cambio en porcentaje en {1} velas{of}"),
    "mom": ("the change over {1} bars{of}", "el cambio en {1} velas{of}"),
    "willr": ("the Williams %R over {0} bars", "el %R de Williams de {0} velas"),
    "adx": ("the ADX over {0} bars", "el ADX de {0} velas"),
    "dmi": ("the directional movement over {0} bars", "el movimiento direccional de {0} velas"),
    "aroon": ("the Aroon over {0} bars", "el Aroon de {0} velas"),
    "supertrend": ("the Supertrend ({0}, {1})", "el Supertrend ({0}, {1})"),
    "psar": ("the parabolic SAR ({0}, {1})", "el SAR parabólico ({0}, {1})"),
    "ichimoku": ("the Ichimoku ({0}, {1}, {2})", "el Ichimoku ({0}, {1}, {2})"),
    "mfi": ("the money flow index over {0} bars", "el índice de flujo de dinero de {0} velas"),
    "obv": ("the on-balance volume", "el volumen en balance"),
    "adl": ("the accumulation/distribution line", "la línea de acumulación/distribución"),
    "cmf": ("the Chaikin money flow over {0} bars", "el flujo de dinero de Chaikin de {0} velas"),
    "atr": ("the average true range over {0} bars", "el rango verdadero medio de {0} velas"),
    "natr": (
        "the average true range over {0} bars in percent",
        "el rango verdadero medio de {0} velas en porcentaje",
    ),
    "stddev": ("the standard deviation over {1} bars{of}", "la desviación típica de {1} velas{of}"),
    "zscore": ("the z-score over {1} bars{of}", "la puntuación z de {1} velas{of}"),
    "hvol": ("the yearly volatility over {1} bars{of}", "la volatilidad anual de {1} velas{of}"),
    "bbands": (
        "the Bollinger bands ({1} bars, {2} deviations){of}",
        "las bandas de Bollinger ({1} velas, {2} desviaciones){of}",
    ),
    "keltner": ("the Keltner channel ({0}, {1}, {2})", "el canal de Keltner ({0}, {1}, {2})"),
    "donchian": ("the Donchian channel of {0} bars", "el canal de Donchian de {0} velas"),
    "pivots": ("the pivot points", "los puntos pivote"),
    "fibonacci": ("the range of {0} bars", "el rango de {0} velas"),
    "amd_phase": ("the market phase", "la fase del mercado"),
}
FUNCTIONS: dict[str, Said] = {
    "crosses_above": ("{0} crosses above {1}", "{0} cruza por encima de {1}"),
    "crosses_below": ("{0} crosses below {1}", "{0} cruza por debajo de {1}"),
    "rising": ("{0} has risen for {1} bars", "{0} ha subido durante {1} velas"),
    "falling": ("{0} has fallen for {1} bars", "{0} ha bajado durante {1} velas"),
    "between_time": ("the time is between {0} and {1} ({2})", "la hora está entre las {0} y las {1} ({2})"),
    "bars_since": (
        "the number of bars since the last one on which {0}",
        "el número de velas desde la última en que {0}",
    ),
    "value_when": ("{1} on the last bar on which {0}", "{1} en la última vela en que {0}"),
    "rank": ("the rank of {0} in {1}", "el puesto de {0} en {1}"),
    "abs": ("the absolute value of {0}", "el valor absoluto de {0}"),
    "sqrt": ("the square root of {0}", "la raíz cuadrada de {0}"),
    "log": ("the logarithm of {0}", "el logaritmo de {0}"),
    "exp": ("the exponential of {0}", "la exponencial de {0}"),
    "sign": ("the sign of {0}", "el signo de {0}"),
    "floor": ("{0} rounded down", "{0} redondeado hacia abajo"),
    "ceil": ("{0} rounded up", "{0} redondeado hacia arriba"),
    "round": ("{0} rounded", "{0} redondeado"),
    "min": ("the smallest of {all}", "el menor valor entre {all}"),
    "max": ("the greatest of {all}", "el mayor valor entre {all}"),
    "where": ("({1} if {0}, otherwise {2})", "({1} si {0}, y si no {2})"),
}
CANDLES: dict[str, Said] = {
    f"cdl_{code}": (
        f"the reading of the {pattern.english} pattern",
        f"la lectura del patrón {pattern.spanish}",
    )
    for code, pattern in PATTERNS.items()
}
CALLS = AVERAGES | INDICATORS | FUNCTIONS | CANDLES
OUTPUTS: dict[str, Said] = {
    "k": ("the %K line", "la línea %K"),
    "d": ("the %D line", "la línea %D"),
    "macd": ("the main line", "la línea principal"),
    "signal": ("the signal line", "la línea de señal"),
    "histogram": ("the histogram", "el histograma"),
    "plus": ("the +DI line", "la línea +DI"),
    "minus": ("the -DI line", "la línea -DI"),
    "up": ("the upward line", "la línea alcista"),
    "down": ("the downward line", "la línea bajista"),
    "line": ("the line", "la línea"),
    "direction": ("the direction", "la dirección"),
    "conversion": ("the conversion line", "la línea de conversión"),
    "base": ("the base line", "la línea base"),
    "span_a": ("the leading span A", "el tramo adelantado A"),
    "span_b": ("the leading span B", "el tramo adelantado B"),
    "upper": ("the upper band", "la banda superior"),
    "middle": ("the middle band", "la banda media"),
    "lower": ("the lower band", "la banda inferior"),
    "pivot": ("the central one", "el central"),
    **{f"r{n}": (f"resistance {n}", f"la resistencia {n}") for n in (1, 2, 3)},
    **{f"s{n}": (f"support {n}", f"el soporte {n}") for n in (1, 2, 3)},
    "high": ("the high", "el máximo"),
    "r236": ("the 23.6 % retracement", "el retroceso del 23,6 %"),
    "r382": ("the 38.2 % retracement", "el retroceso del 38,2 %"),
    "r500": ("the 50 % retracement", "el retroceso del 50 %"),
    "r618": ("the 61.8 % retracement", "el retroceso del 61,8 %"),
    "r786": ("the 78.6 % retracement", "el retroceso del 78,6 %"),
    "low": ("the low", "el mínimo"),
}
SIGNS: dict[str, Said] = {
    "+": ("plus", "más"),
    "-": ("minus", "menos"),
    "*": ("times", "por"),
    "/": ("divided by", "entre"),
    "<": ("is below", "está por debajo de"),
    "<=": ("is at most", "es como mucho"),
    ">": ("is above", "está por encima de"),
    ">=": ("is at least", "es al menos"),
    "==": ("is", "es"),
    "!=": ("is not", "no es"),
    "and": ("and", "y"),
    "or": ("or", "o"),
}
APPEARS: dict[str, Said] = {  # a candlestick pattern, compared with 0
    ">": ("a bullish {0} pattern appears", "aparece un patrón {0} alcista"),
    "<": ("a bearish {0} pattern appears", "aparece un patrón {0} bajista"),
    "!=": ("the {0} pattern appears", "aparece el patrón {0}"),
}
TIMEFRAMES: dict[str, Said] = {
    "1m": ("1-minute", "de 1 minuto"),
    "5m": ("5-minute", "de 5 minutos"),
    "15m": ("15-minute", "de 15 minutos"),
    "30m": ("30-minute", "de 30 minutos"),
    "1h": ("hourly", "de 1 hora"),
    "4h": ("4-hour", "de 4 horas"),
    "1d": ("daily", "diario"),
    "1w": ("weekly", "semanal"),
}
PHASES: dict[str, Said] = {
    "accumulation": ("accumulation", "acumulación"),
    "manipulation": ("manipulation", "manipulación"),
    "distribution": ("distribution", "distribución"),
    "re-accumulation": ("re-accumulation", "reacumulación"),
}
