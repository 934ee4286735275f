"""A run as the one object that the command prints, and that a backtest stores."""

from typing import Any

from functions.strategy import inside, remarks, trades
from functions.strategy.running import Run
from functions.strategy.written import instants, money, ready
from shared.engine.language.definition import Definition
from shared.engine.language.explaining_strategy import explain_strategy
from shared.words import Language


def result(run: Run) -> dict[str, Any]:
    task, outcome = run.task, run.outcome
    first_and_last = instants(outcome.time[[0, -1]])
    return {
        "engine_version": run.engine_version,
        "definition_sha256": run.definition_sha256,
        "data_sha256": run.data_sha256,
        "digest": outcome.digest,
        "strategy": task.definition.name,
        "parameters": ready(task.definition.values),
        "symbols": list(outcome.symbols),
        "timeframe": task.market[0].timeframe,
        "first_bar_at": first_and_last[0],
        "last_bar_at": first_and_last[1],
        "bars": len(outcome.time),
        "initial_capital": money(outcome.initial),
        "costs": _costs(run),
        "risk_free": task.risk_free,
        "currencies": {symbol: one.currency for symbol, one in task.instruments.items() if one.currency},
        "warnings": remarks.sentences(run.warnings),
        "remarks": remarks.listed(run.warnings),
        "rejected_entries": {why: count for why, count in outcome.rejected.items() if count},
        "ambiguous_exits": dict(outcome.ambiguous),
        "detail": inside.told(run.plan, outcome, run.without),
        "ended": outcome.ended or None,
        "metrics": {**ready(run.metrics), "final_value": money(outcome.final)},
        "trades": list(trades.rows(run)),
    }


def _costs(run: Run) -> dict[str, Any]:
    costs = run.task.costs
    return {**costs._asdict(), "slippage": costs.slippage._asdict()}


def described(name: str, definition: Definition, language: Language) -> dict[str, Any]:
    """A strategy of the library, for programs."""
    return {
        "name": name,
        "title": definition.name,
        "timeframe": definition.timeframe,
        "parameters": ready(definition.values),
        "explanation": explain_strategy(definition, language),
        "definition": definition.document,
    }
