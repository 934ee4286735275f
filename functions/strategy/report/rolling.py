"""The Sharpe ratio of the last days, day by day."""

import numpy as np

from functions.strategy.report import numbers
from functions.strategy.report.charts import scale, telling
from functions.strategy.report.curves import Curves, Line
from functions.strategy.report.markup import Said, table
from functions.strategy.report.sheet import Rolling

BUCKETS = 400
HEIGHT = 180.0
ROWS = 24


def rolling_curves(rolling: Rolling, say: Said) -> Curves:
    rows = telling([rolling.value], BUCKETS)
    values = rolling.value[rows]
    line = Line("strategy", say("rolling"), values)
    heights = scale([values], HEIGHT, zero=True)
    return Curves(
        "rolling", say("rolling"), rolling.time[rows], [line], {"linear": heights}, "number", zero=0.0
    )


def rolling_table(rolling: Rolling, say: Said) -> str:
    """At even distances, the last one included."""
    count = len(rolling.time)
    chosen = np.unique(np.linspace(count - 1, 0, min(count, ROWS)).round().astype(int)).tolist()
    rows = [
        [numbers.date(int(rolling.time[row])), numbers.decimal(float(rolling.value[row]), 2, say.language)]
        for row in chosen
    ]
    return table([say("date"), say("rolling")], rows, caption=say("rolling"))
