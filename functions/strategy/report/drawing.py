"""A chart as SVG: its shapes stretch with the page, its words and marks keep their size.

The outer drawing has no view box, so that text stays as large as it is; what stretches lies in an inner one.
Beside it stands a second drawing with the words of the scale.
"""

from collections.abc import Callable, Sequence
from html import escape
from typing import NamedTuple

from functions.strategy.report.calendar_ticks import TimeTick
from functions.strategy.report.charts import WIDTH, Scale, scale_ticks

FOOT = 26.0  # pixels under the shapes, for the words of the axis
HEAD = 8.0  # and over them, for the upper half of a word


class Face(NamedTuple):
    """One way of drawing a chart. Where there are several, a switch shows one of them by its name."""

    name: str
    scale: Scale
    shapes: str  # inside the stretched drawing
    marks: str = ""  # over it: places across in per cent, down in pixels


Written = Callable[[list[float]], list[str]]  # of all words of a scale


def percent_of(part: float) -> str:
    return f"{part * 100:.3f}".rstrip("0").rstrip(".") + "%"


def chart(
    name: str,
    *,
    label: str,
    faces: Sequence[Face],
    axis: Sequence[TimeTick],
    written: Written,
    data: bool = True,
) -> str:
    height = faces[0].scale.height
    drawn = "".join(_face(face) for face in faces)
    words = "".join(_scale(face, written) for face in faces)
    size = f"{height + HEAD + FOOT:g}"
    hook = f' data-chart="{name}"' if data else ""
    return (
        f'<div class="chart {name}"{hook}>'
        f'<svg class="plot" height="{size}" role="img" aria-label="{escape(label)}">{drawn}'
        f'<g class="axis">{_axis(axis, height)}</g></svg>'
        f'<svg class="scale" height="{size}" aria-hidden="true">{words}</svg></div>'
    )


def shape(kind: str, d: str) -> str:
    return f'<path class="{kind}" d="{d}"/>' if d else ""


def level(value: float, of: Scale, kind: str) -> str:
    """A line across at a value, inside the stretched drawing."""
    return shape(kind, f"M0 {of.at(value):.1f}H{WIDTH:g}") if of.low <= value <= of.high else ""


def _face(face: Face) -> str:
    rows = (face.scale.at(tick) + HEAD for tick in scale_ticks(face.scale))
    grid = "".join(f'<line x2="100%" y1="{y:.1f}" y2="{y:.1f}"/>' for y in rows)
    inner = (
        f'<svg class="stretched" y="{HEAD:g}" width="100%" height="{face.scale.height:g}" '
        f'viewBox="0 0 {WIDTH:g} {face.scale.height:g}" preserveAspectRatio="none">{face.shapes}</svg>'
    )
    marks = f'<svg class="marks" y="{HEAD:g}" width="100%" height="{face.scale.height:g}">{face.marks}</svg>'
    return f'<g class="face {face.name}"><g class="grid">{grid}</g>{inner}{marks if face.marks else ""}</g>'


def _scale(face: Face, written: Written) -> str:
    ticks = scale_ticks(face.scale)
    words = (
        f'<text x="8" y="{face.scale.at(tick) + HEAD:.1f}" dy=".35em">{escape(word)}</text>'
        for tick, word in zip(ticks, written(ticks), strict=True)
    )
    return f'<g class="face {face.name}">{"".join(words)}</g>'


def _axis(axis: Sequence[TimeTick], height: float) -> str:
    """Every second word may be left out where the page is narrow, those that name a year last."""
    inside = [tick for tick in axis if 0.0 <= tick.part <= 1.0]
    kept = next((index for index, tick in enumerate(inside) if len(tick.label) > 3), 0)
    return "".join(
        f'<text x="{percent_of(tick.part)}" y="{height + HEAD + FOOT - 7:g}"'
        f"{_manner(tick.part, spare=(index - kept) % 2 == 1)}>{escape(tick.label)}</text>"
        for index, tick in enumerate(inside)
    )


def _manner(part: float, *, spare: bool) -> str:
    anchor = "start" if part < 0.03 else "end" if part > 0.97 else ""
    kinds = [kind for kind in (anchor, "spare" if spare else "") if kind]
    return f' class="{" ".join(kinds)}"' if kinds else ""
