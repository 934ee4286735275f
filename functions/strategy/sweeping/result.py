"""A sweep as the one object that the command prints: the best, the map, what is luck."""

import csv
import math
from typing import Any, TextIO

import numpy as np

from functions.strategy import remarks
from functions.strategy.sweeping.sweep import Swept
from functions.strategy.written import ready

SHOWN = 20  # of the best


def result(swept: Swept) -> dict[str, Any]:
    return {
        "engine_version": swept.best.engine_version,
        "data_sha256": swept.best.data_sha256,
        "strategy": swept.task.definition.name,
        "objective": swept.objective,
        "risk_free": swept.task.risk_free,
        "combinations": len(swept.space),
        "requires": list(swept.space.requires),
        "varied": {name: list(values) for name, values in zip(*swept.space[:2], strict=True)},
        "warnings": remarks.sentences(swept.warnings),
        "remarks": remarks.listed(swept.warnings),
        "failures": swept.failures,
        "overfitting": ready(swept.overfitting),
        "best": [_row(swept, index) for index in swept.order[:SHOWN]],
        "best_definition_sha256": swept.best.definition_sha256,
        "best_metrics": ready(swept.best.metrics),
        "heat_map": heat_map(swept),
    }


def _row(swept: Swept, index: int) -> dict[str, Any]:
    figures = {name: ready(float(column[index])) for name, column in swept.figures.items()}
    return {"parameters": swept.space.point(index), "metrics": figures}


def heat_map(swept: Swept) -> dict[str, Any] | None:
    """Of the first two that vary: the best objective over all others, a row for each value of the first."""
    names, values = swept.space.names, swept.space.values
    if len(names) < 2:
        return None
    cells = np.full((len(values[0]), len(values[1])), math.nan)
    for index in reversed(swept.order):  # the best last
        point = swept.space.point(index)
        at = values[0].index(point[names[0]]), values[1].index(point[names[1]])
        cells[at] = swept.figures[swept.objective][index]
    axes = {"rows": {"name": names[0], "values": list(values[0])}}
    axes["columns"] = {"name": names[1], "values": list(values[1])}
    return {**axes, "objective": swept.objective, "values": ready(cells)}


def write(swept: Swept, out: TextIO) -> None:
    """Every combination, a row each; empty where undefined."""
    table = csv.writer(out, lineterminator="\n")
    table.writerow([*swept.space.names, *swept.figures])
    columns = [column.tolist() for column in swept.figures.values()]
    for index in range(len(swept.space)):
        figures = ("" if math.isnan(column[index]) else column[index] for column in columns)
        table.writerow([*swept.space.point(index).values(), *figures])
