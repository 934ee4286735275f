"""Parquet → a table."""

from typing import Any

import numpy as np

from functions.strategy.errors import Unreadable
from functions.strategy.files.columns import Columns, printable, recognised
from functions.strategy.files.table import Table
from functions.strategy.files.times import SECOND, NoTime, Times, read_times
from functions.strategy.remarks import remark
from functions.strategy.saying import Place
from shared.engine.bars import Floats

MAGIC = b"PAR1"
ROWS = 50_000_000  # of all its symbols


def read_parquet(data: bytes, name: str) -> Table:
    import pyarrow as arrow
    from pyarrow import parquet

    try:
        file = parquet.ParquetFile(arrow.BufferReader(data))
        names = file.schema_arrow.names
        columns = recognised(names, where=Place(name))
        if file.metadata.num_rows > ROWS:
            raise Unreadable(f"{name} has {file.metadata.num_rows} rows: at most {ROWS} are read")
        read = file.read([names[position] for position in _wanted(columns)])
    except (arrow.ArrowException, OSError) as error:
        raise Unreadable(
            f"{name} is no Parquet that can be read: {printable(str(error), most=200)}"
        ) from None
    if not read.num_rows:
        raise Unreadable(f"{name} holds no row")
    titles = {"time": columns.time[0], **columns.numbers}

    def place(row: int, what: str) -> Place:
        return Place(name, "row", row + 1, names[titles[what]])

    numbers = {what: _floats(read.column(names[i]), name, names[i]) for what, i in columns.numbers.items()}
    times = _times(read, [names[i] for i in columns.time], name)
    notes = columns.notes
    if times.naive:
        notes += (remark("no_zone", file=name),)
    symbols, codes = _symbols(read, names[columns.symbol]) if columns.symbol is not None else ((), None)
    return Table(name, times.values, numbers, symbols, codes, place, notes)


def _wanted(columns: Columns) -> list[int]:
    positions = [*columns.time, *columns.numbers.values()]
    return positions if columns.symbol is None else [*positions, columns.symbol]


def _floats(column: Any, name: str, title: str) -> Floats:
    import pyarrow as arrow
    from pyarrow import types

    kind = column.type
    if not (types.is_floating(kind) or types.is_integer(kind) or types.is_decimal(kind)):
        raise Unreadable(f"{name}, column {title}: numbers stand here, not {kind}")
    values: Floats = column.cast(arrow.float64(), safe=False).to_numpy()
    return values


def _times(read: Any, titles: list[str], name: str) -> Times:
    import pyarrow as arrow
    from pyarrow import types

    columns = [read.column(title).combine_chunks() for title in titles]
    if any(column.null_count for column in columns):
        row = next(
            int(np.argmax(column.is_null().to_numpy(False))) for column in columns if column.null_count
        )
        raise Unreadable(f"{name}, row {row + 1}, column {titles[0]}: no time stands here")
    kind = columns[0].type
    if len(columns) == 1 and types.is_timestamp(kind):
        stamps = columns[0].cast(arrow.timestamp("us", kind.tz), safe=False)
        return Times(stamps.view("int64").to_numpy(), naive=kind.tz is None)
    if len(columns) == 1 and types.is_date(kind):
        days = columns[0].cast("date32").view("int32").to_numpy().astype(np.int64)
        return Times(days * 86_400 * SECOND, naive=False)
    return _written(columns, titles[0], name)


def _written(columns: list[Any], title: str, name: str) -> Times:
    """Texts, or whole numbers, which are read as their digits."""
    from pyarrow import ArrowException, compute

    try:
        texts = [compute.utf8_trim_whitespace(column.cast("string")) for column in columns]
    except ArrowException:
        raise Unreadable(f"{name}, column {title}: times stand here, not {columns[0].type}") from None
    joined = texts[0] if len(texts) == 1 else compute.binary_join_element_wise(*texts, " ")
    try:
        return read_times(joined)
    except NoTime as error:
        where = f"{name}, row {error.row + 1}" if error.row >= 0 else name
        raise Unreadable(f"{where}, column {title}: {error.sentence}") from None


def _symbols(read: Any, title: str) -> tuple[tuple[str, ...], Any]:
    column = read.column(title).combine_chunks().cast("string").fill_null("")
    coded = column.dictionary_encode()
    return tuple(coded.dictionary.to_pylist()), coded.indices.to_numpy().astype(np.int64)
