"""Files → the bars of each symbol, by its name."""

import re
import stat
from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path
from typing import NamedTuple

import numpy as np

from functions.strategy.errors import Unreadable, WrongOption
from functions.strategy.files.columns import printable, quoted
from functions.strategy.files.comma_separated import read_csv
from functions.strategy.files.judging import judge
from functions.strategy.files.parquet import MAGIC, read_parquet
from functions.strategy.files.spacing import spacing_notes, timeframe_of
from functions.strategy.files.table import Table
from functions.strategy.remarks import Remark, remark, together
from functions.strategy.saying import moment
from shared.engine.bars import Bars, Floats, Integers
from shared.engine.language.checking import SYMBOL

BARS = 10_000_000  # of all symbols of a run
NOTES = 5  # about single symbols
SIZE = 4 << 30  # bytes of a file


class Source(NamedTuple):
    path: Path
    symbol: str = ""  # that it is of, where it does not say so itself

    @classmethod
    def of(cls, written: str) -> "Source":
        """`FILE`, or `SYMBOL=FILE`."""
        if not written or written.endswith("="):
            raise WrongOption(f"--data: a file stands here, or SYMBOL=FILE, not `{printable(written)}`")
        symbol, sign, path = written.partition("=")
        if sign and SYMBOL.fullmatch(symbol) and not Path(written).exists():
            return cls(Path(path), symbol)
        return cls(Path(written))


class Loaded(NamedTuple):
    market: tuple[Bars, ...]  # by symbol
    of_files: tuple[Remark, ...] = ()
    of_symbols: tuple[tuple[str, Remark], ...] = ()

    @property
    def notes(self) -> tuple[Remark, ...]:
        """What is to be said: of the files, and of symbols the first."""
        found = together(one for _, one in self.of_symbols)
        more = len(found) - NOTES
        further = (remark("further_notes", notes=more),) if more > 0 else ()
        return (*self.of_files, *found[:NOTES], *further)

    def called(self, symbol: str) -> "Loaded":
        """The only one that it holds, by another name."""
        (bars,) = self.market
        names = {"symbols": (symbol,)}
        return self._replace(
            market=(replace(bars, symbol=symbol),),
            of_symbols=tuple(
                (
                    symbol,
                    one._replace(values=tuple((name, names.get(name, value)) for name, value in one.values)),
                )
                for _, one in self.of_symbols
            ),
        )

    def without(self, symbols: Collection[str]) -> "Loaded":
        return self._replace(
            market=tuple(bars for bars in self.market if bars.symbol not in symbols),
            of_symbols=tuple(each for each in self.of_symbols if each[0] not in symbols),
        )


class _Part(NamedTuple):
    symbol: str
    table: Table
    rows: Integers | None  # None: all


def load(
    sources: Sequence[Source],
    symbols: Sequence[str] = (),
    *,
    option: str = "--data",
    start: int | None = None,
    end: int | None = None,
    gaps_within: tuple[int, int] | None = None,
) -> Loaded:
    """The symbols that are asked for, or else all; one that names a single file's only one is no choice.

    Of each the bars that open in [start, end), in µs. Gaps are told of these, or of a part of them.
    """
    for symbol in symbols:
        if not SYMBOL.fullmatch(symbol):
            raise WrongOption(f"--symbol: {quoted([symbol])} is no symbol, such as BTCUSDT")
    tables = [_table(source) for source in sources]
    parts: dict[str, _Part] = {}
    for part in _parts(sources, tables, symbols):
        if part.symbol in parts:
            both = f"{parts[part.symbol].table.name} and in {part.table.name}"
            raise Unreadable(f"{part.symbol} stands in {both}: a symbol has one file")
        parts[part.symbol] = part
    wanted = list(dict.fromkeys(symbols)) or sorted(parts)
    for symbol in wanted:
        if symbol not in parts:
            asked = "--symbol" if option == "--data" else option
            known = {*parts, *(name for table in tables for name in table.symbols)}
            raise not_there(symbol, known, option=asked)
    read = [_bars(parts[symbol]) for symbol in sorted(wanted)]
    market = _between([bars for bars, _ in read], start, end)
    if sum(map(len, market)) > BARS:
        raise WrongOption(f"{option}: {sum(map(len, market))} bars: a run has at most {BARS}")
    of_symbols = list[tuple[str, Remark]]()
    for bars, (_, judged) in zip(market, read, strict=True):
        time = bars.time if gaps_within is None else bars.time[slice(*bars.time.searchsorted(gaps_within))]
        notes = (*judged, *spacing_notes(time, bars.timeframe, symbol=bars.symbol))
        of_symbols += ((bars.symbol, note) for note in notes)
    of_files = dict.fromkeys(note for table in tables for note in table.notes)
    return Loaded(tuple(market), tuple(of_files), tuple(of_symbols))


def not_there(symbol: str, known: Collection[str], *, option: str = "--symbol") -> WrongOption:
    alike = {name.upper(): name for name in known}
    close = get_close_matches(symbol.upper()[:40], alike, n=1)
    meant = f", did you mean `{alike[close[0]]}`?" if close else f": there are {quoted(sorted(known))}"
    return WrongOption(f"{option}: {quoted([symbol])} is not in the data{meant}")


def _between(whole: list[Bars], start: int | None, end: int | None) -> list[Bars]:
    if start is None and end is None:
        return whole
    market = []
    for bars in whole:
        first = 0 if start is None else int(np.searchsorted(bars.time, start))
        last = len(bars) if end is None else int(np.searchsorted(bars.time, end))
        market.append(_cut(bars, slice(first, last)))
    if not any(map(len, market)):
        first, last = min(bars.time[0] for bars in whole), max(bars.time[-1] for bars in whole)
        raise WrongOption(
            f"--from, --to: no bar opens there: the data is of {moment(first)} to {moment(last)}"
        )
    empty = [bars.symbol for bars in market if not len(bars)]
    if empty:
        raise WrongOption(f"--from, --to: {quoted(empty)} has no bar that opens there")
    return market


def _cut(bars: Bars, rows: slice) -> Bars:
    prices = (bars.open[rows], bars.high[rows], bars.low[rows], bars.close[rows])
    return Bars(bars.symbol, bars.timeframe, bars.time[rows], *prices, bars.volume[rows])


def _table(source: Source) -> Table:
    name = printable(str(source.path), most=500)
    try:
        about = source.path.stat()
        if stat.S_ISCHR(about.st_mode) or stat.S_ISBLK(about.st_mode):
            raise Unreadable(f"{name} is a device, and no file")
        if about.st_size > SIZE:
            raise Unreadable(f"{name} is larger than {SIZE >> 30} GB")
        data = source.path.read_bytes()
    except OSError as error:
        raise Unreadable(f"{name} cannot be read: {error.strerror or error}") from None
    except ValueError:
        raise Unreadable(f"`{name}` is no name of a file") from None
    return read_parquet(data, name) if data[:4] == MAGIC else read_csv(data, name)


def _parts(sources: Sequence[Source], tables: Sequence[Table], symbols: Sequence[str]) -> Iterator[_Part]:
    for source, table in zip(sources, tables, strict=True):
        if table.symbol is None:
            alone = len(sources) == 1 and len(symbols) == 1
            yield _Part(source.symbol or (symbols[0] if alone else _named(source.path)), table, None)
            continue
        for code, symbol in enumerate(table.symbols):
            if symbols and symbol not in symbols:
                continue
            rows = np.flatnonzero(table.symbol == code)
            if not SYMBOL.fullmatch(symbol):
                raise table.refuse(
                    int(rows[0]), "symbol", f"{quoted([symbol])} is no symbol, such as BTCUSDT"
                )
            yield _Part(symbol, table, rows)


def _named(path: Path) -> str:
    """The symbol of a file that names none: its own name."""
    name = re.sub(r"[^A-Za-z0-9.:/_^=+-]", "_", path.stem).lstrip("._:/=+-")[:32]
    return name or "DATA"


def _bars(part: _Part) -> tuple[Bars, tuple[Remark, ...]]:
    """And what there was to judge in its rows."""
    time, columns, notes = judge(part.table, part.rows)
    timeframe = timeframe_of(time, symbol=part.symbol)
    ready = [_contiguous(columns[what]) for what in ("open", "high", "low", "close", "volume")]
    return Bars(part.symbol, timeframe, np.ascontiguousarray(time), *ready), notes


def _contiguous(column: Floats) -> Floats:
    return np.ascontiguousarray(column, dtype=np.float64)
