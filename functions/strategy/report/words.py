"""All that the pages say, English and Spanish. Text, not HTML: whoever puts it into a page escapes it."""

from shared.words import Language

Said = tuple[str, str]

PAGE: dict[str, Said] = {
    "backtest": ("Backtest", "Prueba histórica"),
    "sweep": ("Parameter sweep", "Barrido de parámetros"),
    "theme": ("Colours", "Colores"),
    "auto": ("Auto", "Auto"),
    "light": ("Light", "Claro"),
    "dark": ("Dark", "Oscuro"),
    "as_table": ("As a table", "Como tabla"),
    "as_rules": ("As written", "Tal como está escrita"),
    "none": ("Nothing to show.", "Nada que mostrar."),
    "bars": ("{} bars", "{} velas"),
    "one_bar": ("1 bar", "1 vela"),
    "symbols": ("{} symbols", "{} símbolos"),
    "made_by": (
        "Made by Astrolabe {}. A backtest tells what these rules would have done on this data, and nothing "
        "about what they will do.",
        "Hecho con Astrolabe {}. Una prueba histórica dice lo que estas reglas habrían hecho con estos "
        "datos, y nada de lo que harán.",
    ),
    "between": ("95 %: {} to {}", "95 %: de {} a {}"),
    # sections
    "warnings": ("Warnings", "Advertencias"),
    "explanation": ("What it does", "Qué hace"),
    "equity": ("Equity", "Capital"),
    "underwater": ("Underwater", "Bajo el agua"),
    "underwater_about": (
        "How far the equity stands below its highest point so far.",
        "Cuánto está el capital por debajo de su máximo hasta el momento.",
    ),
    "price": ("Price and trades", "Precio y operaciones"),
    "months": ("Monthly returns", "Rendimientos mensuales"),
    "distribution": ("Returns of the trades", "Rendimientos de las operaciones"),
    "rolling": ("Rolling Sharpe ratio", "Ratio de Sharpe móvil"),
    "rolling_about": ("Over the last {} daily returns.", "Sobre los últimos {} rendimientos diarios."),
    "figures": ("All figures", "Todas las cifras"),
    "trades": ("Trades", "Operaciones"),
    "setting": ("Setting", "Configuración"),
    "parameters": ("Parameters", "Parámetros"),
    "costs": ("Costs", "Costes"),
    "refused": ("Entries not made", "Entradas no realizadas"),
    "provenance": ("Provenance", "Procedencia"),
    "conventions": ("How to read it", "Cómo leerlo"),
    # charts
    "axis": ("Axis", "Eje"),
    "linear": ("Linear", "Lineal"),
    "log": ("Logarithmic", "Logarítmica"),
    "strategy": ("Strategy", "Estrategia"),
    "hold": ("Buy & hold", "Comprar y mantener"),
    "drawdown": ("Drawdown", "Caída"),
    "deepest": ("Deepest drawdown", "Mayor caída"),
    "candles": ("Candles", "Velas"),
    "line": ("Line", "Línea"),
    "zoom_in": ("Zoom in", "Acercar"),
    "zoom_out": ("Zoom out", "Alejar"),
    "reset": ("All", "Todo"),
    "earlier": ("Earlier", "Antes"),
    "later": ("Later", "Después"),
    "long_entry": ("Buys", "Compra"),
    "short_entry": ("Sells short", "Vende en corto"),
    "win": ("Closed with a profit", "Cerrada con ganancia"),
    "loss": ("Closed with a loss", "Cerrada con pérdida"),
    "price_help": (
        "Drag to move, pinch or Ctrl + wheel to zoom; with the keyboard ← → + − 0.",
        "Arrastre para mover, pellizque o Ctrl + rueda para acercar; con el teclado ← → + − 0.",
    ),
    "one_candle": ("One candle: {}", "Una vela: {}"),
    "coarse": (
        "{} bars are drawn as {}: each candle spans {}.",
        "{} velas se dibujan como {}: cada una abarca {}.",
    ),
    "most_traded": (
        "The {} most traded of {} symbols.",
        "Los {} símbolos más operados de {}.",
    ),
    "dots": (
        "Where many trades are in view, a dot stands for the entry of each, golden where it sells short; "
        "zoom in for all of it.",
        "Cuando hay muchas operaciones a la vista, un punto marca la entrada de cada una, dorado si vende en "
        "corto; acerque para verla entera.",
    ),
    "open_price": ("Open", "Apertura"),
    "high": ("High", "Máximo"),
    "low": ("Low", "Mínimo"),
    "close": ("Close", "Cierre"),
    "mean": ("Mean", "Media"),
    "median": ("Median", "Mediana"),
    "count": ("Trades", "Operaciones"),
    "from": ("From", "Desde"),
    "to": ("To", "Hasta"),
    "outermost": (
        "The outermost bars hold all that lies beyond them.",
        "Las barras extremas incluyen todo lo que queda más allá.",
    ),
    "date": ("Date", "Fecha"),
    "year": ("Year", "Año"),
    "whole_year": ("Year", "Año"),
    "return": ("Return", "Rendimiento"),
    "last_equity": ("Equity at the end", "Capital al final"),
    # trades
    "number": ("#", "N.º"),
    "symbol": ("Symbol", "Símbolo"),
    "side": ("Side", "Lado"),
    "quantity": ("Quantity", "Cantidad"),
    "entry_at": ("Entry", "Entrada"),
    "entry_price": ("Entry price", "Precio de entrada"),
    "exit_at": ("Exit", "Salida"),
    "exit_price": ("Exit price", "Precio de salida"),
    "commission": ("Costs", "Costes"),
    "pnl": ("Profit", "Ganancia"),
    "pnl_pct": ("Return", "Rendimiento"),
    "bars_held": ("Bars", "Velas"),
    "exit_reason": ("Closed by", "Cerrada por"),
    "long": ("long", "largo"),
    "short": ("short", "corto"),
    "page_of": ("{} to {} of {}", "{} a {} de {}"),
    "previous": ("Previous", "Anterior"),
    "next": ("Next", "Siguiente"),
    "trades_left_out": (
        "The last {} of {} trades; the command writes all of them with --trades.",
        "Las últimas {} de {} operaciones; el comando las escribe todas con --trades.",
    ),
    "trades_shown": (
        "The first {} of {} trades: the others need JavaScript.",
        "Las primeras {} de {} operaciones: las demás necesitan JavaScript.",
    ),
    "show_trade": ("Show on the chart", "Mostrar en el gráfico"),
    "no_trades": ("It made no trade.", "No hizo ninguna operación."),
    # why a trade was closed
    "exit_rule": ("exit rule", "regla de salida"),
    "reversal": ("reversal", "inversión"),
    "stop_loss": ("stop loss", "stop de pérdidas"),
    "take_profit": ("take profit", "toma de ganancias"),
    "trailing_stop": ("trailing stop", "stop dinámico"),
    "time_stop": ("time stop", "límite de tiempo"),
    "liquidation": ("liquidation", "liquidación"),
    "end_of_data": ("end of the data", "fin de los datos"),
    # why an entry was not made
    "no_cash": ("no cash for a lot", "sin efectivo para un lote"),
    "less_than_a_lot": ("less than a lot", "menos de un lote"),
    "stop_beyond_price": ("stop beyond the price", "stop más allá del precio"),
    "undefined_price": ("undefined price", "precio sin definir"),
    "undefined_size": ("undefined size", "tamaño sin definir"),
    "no_edge": ("nothing to bet on", "nada por lo que apostar"),
    "no_volume": ("no volume", "sin volumen"),
    "no_price": ("slippage took all of the price", "el deslizamiento se llevó todo el precio"),
    "not_reached": ("price never reached", "precio nunca alcanzado"),
    "max_open_positions": ("enough positions open", "bastantes posiciones abiertas"),
    "cooldown": ("pause after an exit", "pausa tras una salida"),
    "halted": ("halted after losses", "detenida tras pérdidas"),
    "missing_leg": ("a leg had no bar", "una pata no tenía vela"),
    # what a bar does not tell
    "inside": ("Inside a bar", "Dentro de una vela"),
    "ambiguous": (
        "Exits that depend on the order of prices inside a bar, which its four prices do not tell.",
        "Salidas que dependen del orden de los precios dentro de una vela, que sus cuatro precios no dicen.",
    ),
    "stop_or_target": ("stop and target in one bar", "stop y objetivo en una vela"),
    "entry_bar": ("reached in the bar of the entry", "alcanzada en la vela de la entrada"),
    "resolved_on": ("Resolved on bars of", "Resuelto con velas de"),
    "final_with": ("Final value with them", "Valor final con ellas"),
    "final_without": ("Final value without", "Valor final sin ellas"),
    "ambiguous_without": ("Exits not told without", "Salidas sin decidir sin ellas"),
    # setting
    "initial": ("Initial capital", "Capital inicial"),
    "taker": ("Market and stop orders", "Órdenes de mercado y stop"),
    "maker": ("Limit orders", "Órdenes limitadas"),
    "per_unit": ("For each unit", "Por unidad"),
    "minimum": ("At least, for each fill", "Mínimo por ejecución"),
    "slippage": ("Slippage", "Deslizamiento"),
    "funding_rate": ("Funding a year", "Financiación anual"),
    "borrow_rate": ("Borrowing a year", "Préstamo anual"),
    "volume_limit": ("Most of a bar's volume", "Máximo del volumen de una vela"),
    "free": ("None", "Ninguno"),
    "of_price": ("{} of the price", "{} del precio"),
    "of_value": ("{} of the value", "{} del valor"),
    "average_ranges": ("{} average true ranges", "{} rangos verdaderos medios"),
    "impact": (
        "{} daily deviations × √ part of the volume",
        "{} desviaciones diarias × √ parte del volumen",
    ),
    "data": ("Data", "Datos"),
    "period": ("Period", "Periodo"),
    "timeframe": ("Timeframe", "Marco temporal"),
    "data_sha256": ("SHA-256 of the data", "SHA-256 de los datos"),
    "definition_sha256": ("SHA-256 of the definition", "SHA-256 de la definición"),
    "digest": ("Digest of the fills", "Huella de las ejecuciones"),
    "engine_version": ("Engine", "Motor"),
    # sweep
    "combinations": ("Combinations", "Combinaciones"),
    "best": ("The best", "Las mejores"),
    "best_value": ("Best {}", "Mejor {}"),
    "middle_value": ("Median {}", "Mediana: {}"),
    "map": ("Map", "Mapa"),
    "of_trials": ("of {} trials", "de {} pruebas"),
    "over_others": (
        "Each cell is the best over the other parameters.",
        "Cada celda es la mejor sobre los demás parámetros.",
    ),
    "undefined_cells": ("Hatched: undefined.", "Rayado: sin definir."),
    "blank_cells": ("Hatched: not tried, or undefined.", "Rayado: sin probar o sin definir."),
    "requires": ("Only where", "Solo con"),
    "risk_free": ("Risk-free, a year", "Sin riesgo, al año"),
    "sweep_caution": (
        "The best of many is partly luck. A broad plateau is worth more than a lone peak.",
        "La mejor entre muchas es en parte suerte. Una meseta amplia vale más que un pico aislado.",
    ),
}
CONVENTIONS: tuple[Said, ...] = (
    (
        "Rules are read at the close of a bar; a market order fills at the next open.",
        "Las reglas se leen al cierre de una vela; una orden de mercado se ejecuta en la siguiente apertura.",
    ),
    (
        "Equity and drawdown are taken at the close of each bar, with open positions at market.",
        "El capital y las caídas se miden al cierre de cada vela, con las posiciones abiertas a mercado.",
    ),
    (
        "Profit and return of a trade are after its costs.",
        "La ganancia y el rendimiento de una operación son después de sus costes.",
    ),
    (
        "Buy & hold puts the initial capital into the symbols in equal parts at the first open of each, "
        "without costs.",
        "Comprar y mantener reparte el capital inicial a partes iguales entre los símbolos, a la primera "
        "apertura de cada uno y sin costes.",
    ),
    (
        "Figures of a year come from daily returns; how many days count as a year stands under “Activity”.",
        "Las cifras anuales provienen de rendimientos diarios; cuántos días cuentan como un año figura en "
        "«Actividad».",
    ),
    (
        "“95 %” tells between what bounds a figure lies when the days are drawn again by chance, in blocks, "
        "a thousand times.",
        "«95 %» indica entre qué límites queda una cifra cuando los días se sortean de nuevo, en bloques, "
        "mil veces.",
    ),
    ("Times are UTC. “–” means undefined.", "Las horas son UTC. «–» significa sin definir."),
)
MONTHS: dict[Language, tuple[str, ...]] = {
    "en": ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"),
    "es": ("ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"),
}


def chosen(said: Said, language: Language) -> str:
    return said[language == "es"]
