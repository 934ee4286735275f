"""The heat map of monthly returns: a row for each year, its months, and the year as a whole."""

import math
from collections.abc import Iterable

import numpy as np

from functions.strategy.report import numbers
from functions.strategy.report.markup import Said
from functions.strategy.report.sheet import Month

SHADES = 4  # each way


def monthly_map(months: tuple[Month, ...], say: Said) -> str:
    values = {(month.year, month.month): month.value for month in months}
    years = sorted({month.year for month in months})
    step = shade_step(values.values())
    heads = "".join(f'<th scope="col">{month}</th>' for month in (*say.months, say("whole_year")))
    rows = "".join(_row(year, values, step, say) for year in years)
    return (
        f'<div class="wide" tabindex="0" role="region" aria-label="{say("months")}"><table class="heat">'
        f'<caption>{say("months")}</caption><thead><tr><th scope="col">{say("year")}</th>{heads}</tr></thead>'
        f"<tbody>{rows}</tbody></table></div>"
    )


def shade_step(values: Iterable[float]) -> float:
    """What one shade stands for: the great majority fit, and a few extremes take the last one."""
    sizes = np.array([abs(value) for value in values if math.isfinite(value) and value != 0])
    return float(np.quantile(sizes, 0.9)) / SHADES or 1.0 if len(sizes) else 1.0


def shade(value: float, step: float) -> str:
    """The class of a cell: `up1` to `up4`, `down1` to `down4`, or none."""
    if not math.isfinite(value) or value == 0:
        return ""
    strength = math.ceil(min(abs(value) / step, SHADES))
    return f"{'up' if value > 0 else 'down'}{strength}"


def whole_year(values: Iterable[float]) -> float:
    """The months one after the other."""
    known = [value for value in values if math.isfinite(value)]
    return math.prod(1.0 + value for value in known) - 1.0 if known else math.nan


def _row(year: int, values: dict[tuple[int, int], float], step: float, say: Said) -> str:
    months = [values.get((year, month)) for month in range(1, 13)]
    cells = "".join("<td></td>" if value is None else _cell(value, step, say) for value in months)
    total = whole_year(value for value in months if value is not None)
    told = numbers.percent(total, say.language, sign=True)
    return f'<tr><th scope="row">{year}</th>{cells}<td class="total">{told}</td></tr>'


def _cell(value: float, step: float, say: Said) -> str:
    kind = shade(value, step)
    told = numbers.decimal(value * 100, 1, say.language, sign=True)
    return f'<td class="{kind}">{told}</td>' if kind else f"<td>{told}</td>"
