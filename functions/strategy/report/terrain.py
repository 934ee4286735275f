"""The objective over two parameters: a cell for each pair of values, the greater the stronger its shade."""

import math
from html import escape
from typing import NamedTuple

import numpy as np

from functions.strategy.report import details, numbers
from functions.strategy.report.drawing import percent_of
from functions.strategy.report.markup import Said, table
from functions.strategy.report.sheet import SweepSheet
from shared.engine.bars import Floats
from shared.engine.metrics import LESS_IS_BETTER

SHADES = 8
MOST_WORDS = 12
PHONE, LETTER, SPACE = 165.0, 7.0, 8.0  # pixels: of all cells on a narrow one, of a digit, between two words
ROOM = (8.0, 36.0)  # pixels of a row, at least and at most
WHOLE = 520.0  # pixels of all rows, where they fit


class Terrain(NamedTuple):
    names: tuple[str, str]  # of the parameter across, and of that down, empty where there is none
    across: list[float]
    down: list[float]
    values: Floats  # a row for each of `down`, from the least; NaN where nothing was defined
    tried: bool  # whether each of these pairs was


def terrain_of(sheet: SweepSheet) -> Terrain:
    """Of more than two parameters the first two; each cell is the best over the others."""
    down_values = sheet.points[:, 1] if len(sheet.parameters) > 1 else np.zeros(len(sheet.points))
    across, column = np.unique(sheet.points[:, 0], return_inverse=True)
    down, row = np.unique(down_values, return_inverse=True)
    values = np.full((len(down), len(across)), np.nan)
    less = sheet.objective in LESS_IS_BETTER
    best = np.fmin if less else np.fmax
    best.at(values, (row, column), sheet.metrics[sheet.objective])
    names = (sheet.parameters[0], sheet.parameters[1] if len(sheet.parameters) > 1 else "")
    tried = len(np.unique(row * len(across) + column)) == values.size
    return Terrain(names, across.tolist(), down.tolist(), values, tried)


def shades(values: Floats) -> Floats:
    """−1 to 1: on both sides of zero where values lie on both, else from the least to the greatest."""
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return values
    low, high = float(known.min()), float(known.max())
    if low < 0 < high:
        spread: Floats = values / max(-low, high)
        return spread
    rising: Floats = (values - low) / (high - low) if high > low else values * 0.0 + 1.0
    return rising - 1.0 if high <= 0 else rising


def kind(shade: float) -> str:
    """The class of a cell."""
    if not math.isfinite(shade):
        return "blank"
    return f"{'low' if shade < 0 else 'high'}{math.ceil(min(abs(shade), 1.0) * SHADES) or 1}"


def picture(sheet: SweepSheet, terrain: Terrain, say: Said) -> str:
    rows, columns = terrain.values.shape
    each = min(max(WHOLE / max(rows, 1), ROOM[0]), ROOM[1])
    called = details.metric_name(sheet.objective, say)
    label = f"{called}: {' × '.join(name for name in terrain.names if name)}"
    shaded = shades(terrain.values)
    cells = "".join(
        f'<rect class="{kind(float(shaded[row, column]))}" x="{percent_of(column / columns)}" '
        f'y="{(rows - 1 - row) * each:g}" width="{percent_of(1 / columns)}" height="{each:g}" '
        f'data-cell="{column},{row}" data-value="{_told(sheet, float(terrain.values[row, column]), say)}"/>'
        for row in range(rows)
        for column in range(columns)
    )
    height = rows * each
    return (
        f'<div class="terrain"><div class="side" aria-hidden="true">{escape(terrain.names[1])}</div>'
        f'<svg class="rows" height="{height + 34:g}" aria-hidden="true">{_rows(terrain, each, say)}</svg>'
        f'<svg class="cells" height="{height + 34:g}" role="img" aria-label="{escape(label)}">{cells}'
        f"{_columns(terrain, height, say)}</svg>"
        f'<div class="foot" aria-hidden="true">{escape(terrain.names[0])}</div></div>'
        f"{_legend(sheet, shaded, say)}"
    )


def terrain_table(sheet: SweepSheet, terrain: Terrain, say: Said) -> str:
    called = details.metric_name(sheet.objective, say)
    heads = [" \\ ".join(name for name in reversed(terrain.names) if name)]
    heads += [numbers.significant(value, say.language) for value in terrain.across]
    rows = [
        [
            numbers.significant(value, say.language) if terrain.names[1] else called,
            *(_told(sheet, float(cell), say) for cell in terrain.values[row]),
        ]
        for row, value in enumerate(terrain.down)
    ]
    return table(heads, rows[::-1], caption=called)


def _told(sheet: SweepSheet, value: float, say: Said) -> str:
    return details.metric_value(sheet.objective, value, say)


def _columns(terrain: Terrain, height: float, say: Said) -> str:
    words = [numbers.significant(value, say.language) for value in terrain.across]
    shown = _few(len(words))
    on_phone = PHONE / (LETTER * max(map(len, words), default=1) + SPACE)
    kept = math.ceil(len(shown) / max(1.0, math.floor(on_phone)))  # on it, one in so many
    return "".join(
        f'<text x="{percent_of((index + 0.5) / len(words))}" y="{height + 18:g}"'
        f"{_spare(position % kept)}>{words[index]}</text>"
        for position, index in enumerate(shown)
    )


def _rows(terrain: Terrain, each: float, say: Said) -> str:
    count = len(terrain.down)
    if not terrain.names[1]:
        return ""
    most = max(1, math.floor(count * each / 20))
    return "".join(
        f'<text x="100%" dx="-6" y="{(count - 0.5 - index) * each:g}" dy=".35em">'
        f"{numbers.significant(terrain.down[index], say.language)}</text>"
        for index in _few(count, most)
    )


def _few(count: int, most: int = MOST_WORDS) -> range:
    return range(0, count, -(-count // most)) if count else range(0)


def _legend(sheet: SweepSheet, shaded: Floats, say: Said) -> str:
    """What the palest and the strongest shades stand for."""
    values = sheet.metrics[sheet.objective]
    known = values[np.isfinite(values)]
    if len(known) == 0:
        return ""
    low, high = float(known.min()), float(known.max())
    if low < 0 < high:
        low, high = -max(-low, high), max(-low, high)
    below = [f"low{step}" for step in range(SHADES, 0, -1)] if (shaded < 0).any() else []
    above = [f"high{step}" for step in range(1, SHADES + 1)] if (shaded > 0).any() else []
    steps = "".join(f'<span class="{name}"></span>' for name in below + above)
    return (
        f'<p class="legend"><span>{_told(sheet, low, say)}</span>'
        f'<span class="steps" aria-hidden="true">{steps}</span>'
        f"<span>{_told(sheet, high, say)}</span></p>"
    )


def _spare(spare: int) -> str:
    """May be left out where the page is narrow."""
    return ' class="spare"' if spare else ""
