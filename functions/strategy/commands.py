"""What the commands do: read, run, write, show. Imported when one is called."""

import errno
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple, TextIO

from functions.strategy import asking, curve, result, trades
from functions.strategy.errors import WrongOption
from functions.strategy.files.columns import printable
from functions.strategy.running import run
from shared.errors import Refused
from shared.progress import watched
from shared.words import Language


class Wanted(NamedTuple):
    """What is to be written, and where."""

    as_json: bool = False
    csv: str = ""
    equity: str = ""
    html: str = ""
    language: Language = "en"


class Search(NamedTuple):
    params: Sequence[str]
    where: str
    objective: str
    draw: int
    seed: int
    processes: int


def refusals() -> tuple[type[Exception], ...]:
    from shared.engine.language.errors import LanguageError
    from shared.engine.rules.errors import DataError

    return Refused, LanguageError, DataError


def backtest(
    strategy: str, params: Sequence[str], market: asking.Market, terms: asking.Terms, wanted: Wanted
) -> None:
    writable("--trades", wanted.csv)
    writable("--equity", wanted.equity)
    writable("--html", wanted.html)
    definition = asking.with_values(asking.definition_of(strategy), params)
    task, notes = asking.prepared(definition, market, terms)
    done = run(task, notes=notes)
    if wanted.csv:
        written("--trades", wanted.csv, lambda out: trades.write(done, out))
    if wanted.equity:
        written("--equity", wanted.equity, lambda out: curve.write(done, out))
    if wanted.html:
        from functions.strategy.pages import page

        written("--html", wanted.html, lambda out: out.write(page(done, wanted.language)))
    if wanted.as_json:
        printed(result.result(done))
        return
    from functions.strategy.showing import show_run

    show_run(done, wanted.language)


def sweep(strategy: str, search: Search, market: asking.Market, terms: asking.Terms, wanted: Wanted) -> None:
    from functions.strategy import sweeping
    from functions.strategy.sweeping import result as of_sweep

    writable("--csv", wanted.csv)
    writable("--html", wanted.html)
    named = asking.definition_of(strategy)
    definition, space = sweeping.space_of(
        named, search.params, where=search.where, draw=search.draw, seed=search.seed
    )
    task, notes = asking.prepared(definition, market, terms)
    with watched("Trying", total=len(space), hidden=wanted.as_json) as watch:
        swept = sweeping.sweep(
            task, space, objective=search.objective, processes=search.processes, watch=watch, notes=notes
        )
    if wanted.csv:
        written("--csv", wanted.csv, lambda out: of_sweep.write(swept, out))
    if wanted.html:
        from functions.strategy.pages import map_page

        written("--html", wanted.html, lambda out: out.write(map_page(swept, wanted.language)))
    if wanted.as_json:
        printed(of_sweep.result(swept))
        return
    from functions.strategy.showing import show_sweep

    show_sweep(swept, wanted.language)


def evaluate(
    expression: str, params: Sequence[str], market: asking.Market, symbols: Sequence[str], wanted: Wanted
) -> None:
    from functions.strategy import evaluating

    writable("--csv", wanted.csv)
    parameters = evaluating.parameters_of(params)
    candles = asking.loaded(market)
    evaluated = evaluating.evaluate(expression, candles, symbols=symbols, parameters=parameters)
    if wanted.csv:
        written("--csv", wanted.csv, lambda out: evaluating.write(evaluated, out))
    if wanted.as_json:
        printed(evaluating.result(evaluated))
        return
    if not wanted.csv:
        evaluating.write(evaluated, sys.stdout)
    if evaluated.warnings:
        from functions.strategy.showing import warn

        warn(evaluated.warnings, wanted.language)


def strategies(name: str, language: Language, *, as_json: bool, as_toml: bool) -> None:
    from functions.strategy import library
    from functions.strategy.showing import show_strategies, show_strategy

    if as_toml and (as_json or not name):
        raise WrongOption("--toml: it prints one strategy's file: name it, and leave --json out")
    if as_toml:
        sys.stdout.write(library.text(name))
        return
    if name:
        definition = library.in_language(library.read(name), language)
        if as_json:
            printed(result.described(name, definition, language))
        else:
            show_strategy(definition, language)
        return
    found = {known: library.in_language(library.read(known), language) for known in library.names()}
    if as_json:
        printed([result.described(known, definition, language) for known, definition in found.items()])
    else:
        show_strategies(found, language)


def indicators(name: str, language: Language, *, as_json: bool) -> None:
    from functions.strategy import glossary

    if not as_json:
        glossary.show(name, language)
    else:
        printed(glossary.described(name, language) if name else glossary.listed(language))


def printed(document: object) -> None:
    sys.stdout.write(json.dumps(document, ensure_ascii=False, allow_nan=False) + "\n")


def writable(option: str, path: str) -> None:
    """Before anything is computed: whether a file may stand there."""
    if not path:
        return
    try:
        target = Path(path)
        os.access(target, os.F_OK)  # raises where it is no name at all
        if target.is_dir():
            raise OSError(errno.EISDIR, os.strerror(errno.EISDIR))
        if not os.access(target if target.exists() else target.parent, os.W_OK):
            missing = errno.EACCES if target.parent.exists() else errno.ENOENT
            raise OSError(missing, os.strerror(missing))
    except (OSError, ValueError) as error:
        raise _unwritable(option, path, error) from None


def _unwritable(option: str, path: str, error: Exception) -> WrongOption:
    return WrongOption(
        f"{option}: {printable(path, most=500)} cannot be written: {getattr(error, 'strerror', '') or error}"
    )


def written(option: str, path: str, write: Callable[[TextIO], object]) -> None:
    try:
        with Path(path).open("w", encoding="utf-8", newline="") as out:
            write(out)
    except OSError as error:
        raise _unwritable(option, path, error) from None
