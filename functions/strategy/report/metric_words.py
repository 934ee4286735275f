"""What the figures are called, in the order and the groups of a page, and how each is written."""

from typing import Literal, NamedTuple

from functions.strategy.report.words import Said

Unit = Literal["percent", "points", "number", "money", "count", "times", "days", "date"]


class Metric(NamedTuple):
    unit: Unit
    said: Said


GROUPS: dict[str, Said] = {
    "gain": ("Return", "Rendimiento"),
    "danger": ("Risk", "Riesgo"),
    "trading": ("Trades", "Operaciones"),
    "activity": ("Activity", "Actividad"),
    "market": ("Against the market", "Frente al mercado"),
    "luck": ("Luck", "Suerte"),
}
FURTHER: Said = ("Further figures", "Otras cifras")  # that these words do not know
GROUPED: dict[str, dict[str, Metric]] = {
    "gain": {
        "total_return": Metric("percent", ("Total return", "Rendimiento total")),
        "annualized_return": Metric("percent", ("Return a year", "Rendimiento anual")),
        "final_value": Metric("money", ("Final value", "Valor final")),
        "best_day": Metric("percent", ("Best day", "Mejor día")),
        "worst_day": Metric("percent", ("Worst day", "Peor día")),
        "sharpe_ratio": Metric("number", ("Sharpe ratio", "Ratio de Sharpe")),
        "sortino_ratio": Metric("number", ("Sortino ratio", "Ratio de Sortino")),
        "calmar_ratio": Metric("number", ("Calmar ratio", "Ratio de Calmar")),
        "omega_ratio": Metric("number", ("Omega ratio", "Ratio Omega")),
    },
    "danger": {
        "volatility": Metric("percent", ("Volatility a year", "Volatilidad anual")),
        "max_drawdown": Metric("percent", ("Deepest drawdown", "Mayor caída")),
        "max_drawdown_from": Metric("date", ("… from", "… desde")),
        "max_drawdown_low_at": Metric("date", ("… lowest on", "… mínimo el")),
        "max_drawdown_recovered_at": Metric("date", ("… recovered on", "… recuperada el")),
        "max_drawdown_days": Metric("days", ("… lasted", "… duró")),
        "longest_drawdown_days": Metric("days", ("Longest drawdown", "Caída más larga")),
        "ulcer_index": Metric("percent", ("Ulcer index", "Índice de úlcera")),
        "var_95": Metric("percent", ("Value at risk, a day, 95 %", "Valor en riesgo diario, 95 %")),
        "cvar_95": Metric("percent", ("Expected shortfall, a day, 95 %", "Pérdida esperada diaria, 95 %")),
        "tail_ratio": Metric("number", ("Tail ratio", "Ratio de colas")),
        "skew": Metric("number", ("Skew", "Asimetría")),
        "kurtosis": Metric("number", ("Kurtosis", "Curtosis")),
    },
    "trading": {
        "trade_count": Metric("count", ("Trades", "Operaciones")),
        "win_rate": Metric("percent", ("Win rate", "Tasa de aciertos")),
        "profit_factor": Metric("number", ("Profit factor", "Factor de ganancia")),
        "payoff_ratio": Metric("number", ("Payoff ratio", "Ratio de pago")),
        "expectancy": Metric("money", ("Expectancy", "Esperanza")),
        "average_trade_return": Metric("percent", ("Average return", "Rendimiento medio")),
        "best_trade_return": Metric("percent", ("Best return", "Mejor rendimiento")),
        "worst_trade_return": Metric("percent", ("Worst return", "Peor rendimiento")),
        "average_win": Metric("money", ("Average gain", "Ganancia media")),
        "average_loss": Metric("money", ("Average loss", "Pérdida media")),
        "max_consecutive_wins": Metric("count", ("Most gains in a row", "Máximo de ganancias seguidas")),
        "average_consecutive_wins": Metric(
            "number", ("Average gains in a row", "Ganancias seguidas, de media")
        ),
        "max_consecutive_losses": Metric("count", ("Most losses in a row", "Máximo de pérdidas seguidas")),
        "average_consecutive_losses": Metric(
            "number", ("Average losses in a row", "Pérdidas seguidas, de media")
        ),
        "average_bars_held": Metric("number", ("Average bars held", "Media de velas en posición")),
        "sqn": Metric("number", ("System quality number", "Número de calidad del sistema")),
        "average_mae": Metric("percent", ("Average adverse excursion", "Excursión adversa media")),
        "worst_mae": Metric("percent", ("Worst adverse excursion", "Peor excursión adversa")),
        "average_mfe": Metric("percent", ("Average favourable excursion", "Excursión favorable media")),
        "best_mfe": Metric("percent", ("Best favourable excursion", "Mejor excursión favorable")),
    },
    "activity": {
        "exposure_pct": Metric("points", ("Time in the market", "Tiempo en el mercado")),
        "turnover": Metric("times", ("Turnover a year", "Rotación anual")),
        "fills": Metric("count", ("Fills", "Ejecuciones")),
        "trade_costs": Metric("money", ("Costs of the trades", "Costes de las operaciones")),
        "days": Metric("count", ("Daily returns", "Rendimientos diarios")),
        "days_a_year": Metric("count", ("Counted as a year", "Cuentan como un año")),
    },
    "market": {
        "benchmark_return": Metric("percent", ("Return of the benchmark", "Rendimiento de la referencia")),
        "alpha": Metric("percent", ("Alpha a year", "Alfa anual")),
        "beta": Metric("number", ("Beta", "Beta")),
        "correlation": Metric("number", ("Correlation", "Correlación")),
        "tracking_error": Metric("percent", ("Tracking error a year", "Error de seguimiento anual")),
        "information_ratio": Metric("number", ("Information ratio", "Ratio de información")),
    },
    "luck": {
        "deflated_sharpe_ratio": Metric("percent", ("Deflated Sharpe ratio", "Ratio de Sharpe deflactado")),
        "probability_of_overfitting": Metric(
            "percent", ("Probability of overfitting", "Probabilidad de sobreajuste")
        ),
    },
}
METRICS: dict[str, Metric] = {name: metric for group in GROUPED.values() for name, metric in group.items()}
