"""The page of a sweep: the objective over two parameters, the best of all, and how much of it may be luck."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from functions.strategy.report import details, numbers
from functions.strategy.report.document import banner, document
from functions.strategy.report.markup import Said, folded, section, table
from functions.strategy.report.sheet import Figure, SweepSheet
from functions.strategy.report.terrain import Terrain, picture, terrain_of, terrain_table
from shared.engine.bars import Floats
from shared.engine.metrics import LESS_IS_BETTER
from shared.words import Language

BEST = 20
PROPER = ("Sharpe", "Sortino", "Calmar", "Omega", "Ulcer")
LUCK = ("deflated_sharpe_ratio", "probability_of_overfitting")
SHOWN = ("total_return", "sharpe_ratio", "max_drawdown", "profit_factor", "trade_count")
SCRIPTS = ("script.js", "cells.js")


def heat_map(sheet: SweepSheet, language: Language = "en") -> str:
    say = Said(language)
    terrain = terrain_of(sheet)
    pieces = [
        _tiles(sheet, say),
        section("warnings", say("warnings"), details.listed(sheet.warnings, "warned"))
        if sheet.warnings
        else "",
        _map(sheet, terrain, say),
        section("best", say("best"), _best(sheet, say), about=say("sweep_caution")),
        section("provenance", say("provenance"), details.provenance(sheet.source, _origin(sheet, say), say)),
    ]
    chips = [_symbols(sheet, say)[0], sheet.timeframe, _period(sheet)]
    named = sheet.definition
    head = banner(kind=say("sweep"), title=named.name, about=named.description, chips=chips, say=say)
    body = f"{head}<main>{''.join(pieces)}</main>{details.foot(sheet.source, say)}"
    return document(body, title=named.name, say=say, data=_data(sheet, terrain, say), scripts=SCRIPTS)


def ranked(values: Floats, name: str) -> list[int]:
    """The best first; what is undefined is left out. Less is better of a volatility and the like."""
    known = np.flatnonzero(np.isfinite(values))
    sign = 1.0 if name in LESS_IS_BETTER else -1.0
    order: list[int] = known[np.argsort(sign * values[known], kind="stable")].tolist()
    return order


def _tiles(sheet: SweepSheet, say: Said) -> str:
    name, values = sheet.objective, sheet.metrics[sheet.objective]
    best = ranked(values, name)[:1]
    called = details.metric_name(name, say)
    middle = float(np.nanmedian(values)) if best else None
    greatest = _value(name, values, best[0], say) if best else numbers.UNDEFINED
    where = _where(sheet, best[0], say) if best else ""
    told = [
        (say("best_value", within(called)), greatest, where),
        (say("middle_value", within(called)), details.metric_value(name, middle, say), ""),
        (say("combinations"), numbers.decimal(len(values), 0, say.language), ""),
    ]
    told += [_luck(figure, sheet.overfitting, say) for figure in LUCK if figure in sheet.overfitting]
    return details.tiles(told)


def within(called: str) -> str:
    """A name that does not begin the sentence: Sharpe remains Sharpe."""
    first = called.split()[0]
    return called if first in PROPER else called[:1].lower() + called[1:]


def _luck(name: str, figures: Mapping[str, Figure], say: Said) -> tuple[str, str, str]:
    trials = figures.get(f"{name}_trials", figures.get("trials"))
    below = say("of_trials", details.metric_value("trade_count", trials, say)) if trials is not None else ""
    return (details.metric_name(name, say), details.metric_value(name, figures[name], say), below)


def _where(sheet: SweepSheet, row: int, say: Said) -> str:
    values = (numbers.significant(float(value), say.language) for value in sheet.points[row])
    return " · ".join(f"{name} {value}" for name, value in zip(sheet.parameters, values, strict=True))


def _map(sheet: SweepSheet, terrain: Terrain, say: Said) -> str:
    called = details.metric_name(sheet.objective, say)
    about = [say("over_others")] if len(sheet.parameters) > 2 else []
    if not np.isfinite(terrain.values).all():
        about.append(say("undefined_cells" if terrain.tried else "blank_cells"))
    content = picture(sheet, terrain, say) + folded(say("as_table"), terrain_table(sheet, terrain, say))
    return section("map", f"{say('map')}: {called}", content, about=" ".join(about))


def _best(sheet: SweepSheet, say: Said) -> str:
    shown = [sheet.objective, *(name for name in SHOWN if name in sheet.metrics and name != sheet.objective)]
    heads = ["#", *sheet.parameters, *(details.metric_name(name, say) for name in shown)]
    rows = [
        [
            str(rank),
            *(numbers.significant(float(value), say.language) for value in sheet.points[row]),
            *(_value(name, sheet.metrics[name], row, say) for name in shown),
        ]
        for rank, row in enumerate(ranked(sheet.metrics[sheet.objective], sheet.objective)[:BEST], start=1)
    ]
    return table(heads, rows, caption=say("best")) if rows else f'<p class="about">{say("none")}</p>'


def _value(name: str, values: Floats, row: int, say: Said) -> str:
    value: Figure = float(values[row])
    return details.metric_value(name, value, say)


def _data(sheet: SweepSheet, terrain: Terrain, say: Said) -> dict[str, Any]:
    return {
        "words": {},
        "cells": {
            "names": [*terrain.names, details.metric_name(sheet.objective, say)],
            "across": [numbers.significant(value, say.language) for value in terrain.across],
            "down": [numbers.significant(value, say.language) for value in terrain.down],
        },
    }


def _symbols(sheet: SweepSheet, say: Said) -> tuple[str, str]:
    listed = ", ".join(sheet.symbols)
    return (listed if len(sheet.symbols) <= 4 else say("symbols", len(sheet.symbols)), listed)


def _period(sheet: SweepSheet) -> str:
    return " – ".join(numbers.minute(at) for at in sheet.period)


def _origin(sheet: SweepSheet, say: Said) -> list[tuple[str, str]]:
    return [
        (say("data"), _symbols(sheet, say)[1]),
        (say("timeframe"), sheet.timeframe),
        (say("period"), _period(sheet)),
        (say("risk_free"), numbers.percent(sheet.risk_free, say.language, digits=2)),
        *((say("requires"), each) for each in sheet.requires),
    ]
