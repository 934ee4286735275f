"""`astrolabe backtest`, `sweep`, `evaluate`, and what rules are: on files of candles, without a database."""

import sys
from collections.abc import Iterator
from contextlib import contextmanager

import typer

from functions.strategy import options as of

NEEDS_DATABASE = False  # `astrolabe` starts none for these
WRONG_USE = 2

app = typer.Typer(no_args_is_help=True, add_completion=False)


@contextmanager
def refusing() -> Iterator[None]:
    """What cannot be used is said in a sentence."""
    try:
        yield
    except Exception as error:
        from functions.strategy.commands import refusals

        if not isinstance(error, refusals()):
            raise
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(WRONG_USE) from None


@app.command()
def backtest(
    strategy: of.Strategy,
    data: of.Data,
    symbol: of.Symbols,
    param: of.Params,
    detail: of.Detail,
    currency: of.Currencies,
    rate: of.Rates,
    start: of.Start = "",
    end: of.End = "",
    cash: of.Cash = 10_000.0,
    commission: of.Commission = "0",
    slippage: of.Slippage = "0",
    lot: of.Lot = 1e-8,
    tick: of.Tick = 0.0,
    risk_free: of.RiskFree = 0.0,
    trades: of.TradesFile = "",
    equity: of.EquityFile = "",
    html: of.Html = "",
    language: of.Language = "en",
    as_json: of.Json = False,
) -> None:
    """Run a strategy on candles of the past."""
    with refusing():
        from functions.strategy import asking, commands

        market = asking.Market(data, symbol, start, end, detail, currency, rate)
        terms = asking.Terms(cash, commission, slippage, lot, tick, risk_free)
        wanted = commands.Wanted(as_json, csv=trades, equity=equity, html=html, language=language)
        commands.backtest(strategy, param, market, terms, wanted)


@app.command()
def sweep(
    strategy: of.Strategy,
    data: of.Data,
    symbol: of.Symbols,
    param: of.Ranges,
    detail: of.Detail,
    currency: of.Currencies,
    rate: of.Rates,
    processes: of.Processes,
    start: of.Start = "",
    end: of.End = "",
    cash: of.Cash = 10_000.0,
    commission: of.Commission = "0",
    slippage: of.Slippage = "0",
    lot: of.Lot = 1e-8,
    tick: of.Tick = 0.0,
    risk_free: of.RiskFree = 0.0,
    where: of.Where = "",
    objective: of.Objective = "sharpe_ratio",
    draw: of.Random = 0,
    seed: of.Seed = 0,
    csv: of.CombinationsFile = "",
    html: of.Html = "",
    language: of.Language = "en",
    as_json: of.Json = False,
) -> None:
    """Run a strategy with many values of its parameters."""
    with refusing():
        from functions.strategy import asking, commands

        market, terms = (
            asking.Market(data, symbol, start, end, detail, currency, rate),
            asking.Terms(cash, commission, slippage, lot, tick, risk_free),
        )
        search = commands.Search(param, where, objective, draw, seed, processes)
        wanted = commands.Wanted(as_json, csv=csv, html=html, language=language)
        commands.sweep(strategy, search, market, terms, wanted)


@app.command()
def evaluate(
    expression: of.Expression,
    data: of.Data,
    symbol: of.Symbols,
    param: of.Params,
    start: of.Start = "",
    end: of.End = "",
    csv: of.ValuesFile = "",
    language: of.Language = "en",
    as_json: of.Json = False,
) -> None:
    """Write what an expression of the rule language is worth at the close of each bar."""
    with refusing():
        from functions.strategy import asking, commands

        market = asking.Market(data, (), start, end)
        commands.evaluate(
            expression, param, market, symbol, commands.Wanted(as_json, csv=csv, language=language)
        )


@app.command()
def strategies(
    name: of.Named = "", as_toml: of.Toml = False, language: of.Language = "en", as_json: of.Json = False
) -> None:
    """List the strategies of the library, or explain one."""
    with refusing():
        from functions.strategy import commands

        commands.strategies(name, language, as_json=as_json, as_toml=as_toml)


@app.command()
def indicators(name: of.Called = "", language: of.Language = "en", as_json: of.Json = False) -> None:
    """List what rules are written with, or explain one name of it."""
    with refusing():
        from functions.strategy import commands

        commands.indicators(name, language, as_json=as_json)
