"""Lines over time: equity beside buy & hold, underwater, the rolling Sharpe ratio."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np

from functions.strategy.report import numbers
from functions.strategy.report.calendar_ticks import time_ticks
from functions.strategy.report.charts import Scale, Span, area, path
from functions.strategy.report.drawing import Face, chart, level, shape
from shared.engine.bars import Floats, Integers
from shared.words import Language

MOST_WORDS = 9  # of a time axis


class Line(NamedTuple):
    kind: str  # how it is drawn
    label: str
    values: Floats
    floor: float | None = None  # filled down, or up, to this value


class Curves(NamedTuple):
    name: str
    label: str  # for who cannot see it
    time: Integers
    lines: Sequence[Line]  # the last one on top
    scales: Mapping[str, Scale]  # by the name of the face
    unit: str  # "money", "percent" or "number"
    zero: float | None = None  # a line across at this value


def drawn(curves: Curves, span: Span, *, language: Language) -> str:
    faces = [_face(curves, name, scale, span) for name, scale in curves.scales.items()]
    axis = time_ticks(span, MOST_WORDS, language)
    return chart(
        curves.name,
        label=curves.label,
        faces=faces,
        axis=axis,
        written=lambda ticks: numbers.scale_words(ticks, curves.unit, language),
    )


def data(curves: Curves, span: Span) -> dict[str, Any]:
    """What the script needs to tell the values under the pointer."""
    return {
        "time": steps(curves.time // 1_000_000),
        "span": [span.start / 1e6, span.end / 1e6],
        "unit": curves.unit,
        "lines": [
            {"kind": line.kind, "label": line.label, "values": rounded(line.values)} for line in curves.lines
        ],
        "faces": {
            name: [scale.low, scale.high, scale.height, int(scale.log)]
            for name, scale in curves.scales.items()
        },
    }


def steps(whole: Integers) -> list[int]:
    """The first, and the difference of each from the one before: short to write."""
    kept: list[int] = np.diff(whole, prepend=0).tolist()
    return kept


def rounded(values: Floats, digits: int = 7) -> list[float | None]:
    """So many digits in all; nothing where undefined."""
    return [float(f"{value:.{digits}g}") if np.isfinite(value) else None for value in values.tolist()]


def _face(curves: Curves, name: str, scale: Scale, span: Span) -> Face:
    across = span.place(curves.time)
    shapes = [level(curves.zero, scale, "zero")] if curves.zero is not None else []
    for line in curves.lines:
        down = scale.place(line.values)
        if line.floor is not None:
            floor = min(max(scale.at(max(line.floor, scale.low)), 0.0), scale.height)
            shapes.append(shape(f"{line.kind} filled", area(across, down, floor)))
        shapes.append(shape(f"{line.kind} stroke", path(across, down)))
    return Face(name, scale, "".join(shapes))
