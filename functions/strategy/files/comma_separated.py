"""CSV → a table. pyarrow reads it; where it cannot, the lines are read one by one to name the cell."""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from functions.strategy.errors import Unreadable
from functions.strategy.files.columns import Columns, printable, recognised
from functions.strategy.files.headers import BEGINNING, LINES, Header, cells, header_of
from functions.strategy.files.table import Table
from functions.strategy.files.times import NoTime, read_times
from functions.strategy.remarks import remark
from functions.strategy.saying import Place

BLOCK = 1 << 22  # bytes that pyarrow reads at a time


class _Source(NamedTuple):
    name: str
    data: bytes  # UTF-8
    header: Header
    columns: Columns

    def records(self) -> Iterator[tuple[int, bytes]]:
        """Each line behind the header that is not empty, with its number."""
        for number, line in enumerate(LINES.split(self.data), start=1):
            if number > self.header.line and line:
                yield number, line

    def place(self, row: int, what: str) -> Place:
        number = next((number for i, (number, _) in enumerate(self.records()) if i == row), 0)
        return Place(self.name, "line", number, self.title(what))

    def title(self, what: str) -> str:
        positions = {"time": self.columns.time[0], "symbol": self.columns.symbol, **self.columns.numbers}
        position = positions[what]
        assert position is not None
        return printable(self.header.names[position].strip()) or what


def read_csv(data: bytes, name: str) -> Table:
    data = _as_utf8(data, name)
    header = header_of(data, name)
    source = _Source(name, data, header, recognised(header.names, where=header.where))
    read = _arrow(source)
    columns = source.columns
    if not read.num_rows:
        raise Unreadable(f"{name} names its columns and holds no row")
    texts = [read.column(str(position)) for position in columns.time]
    times = _times(source, texts)
    numbers = {what: read.column(str(i)).to_numpy() for what, i in columns.numbers.items()}
    notes = source.header.notes + columns.notes
    if times.naive:
        notes += (remark("no_zone", file=name),)
    symbols, codes = _symbols(read, source)
    return Table(name, times.values, numbers, symbols, codes, source.place, notes)


def _as_utf8(data: bytes, name: str) -> bytes:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):  # as MetaTrader writes it
        try:
            data = data.decode("utf-16").encode()
        except UnicodeError:
            raise Unreadable(f"{name} begins as UTF-16 and does not go on so") from None
    data = data.removeprefix(b"\xef\xbb\xbf")
    if not data.strip():
        raise Unreadable(f"{name} is empty")
    if data[:2] in (b"PK", b"\x1f\x8b") or b"\0" in data[:BEGINNING]:
        raise Unreadable(f"{name} is neither CSV nor Parquet: unpack it, or export it as CSV")
    return data


def _arrow(source: _Source) -> Any:
    import pyarrow as arrow
    from pyarrow import csv as reader

    columns = source.columns
    texts = [*columns.time, *([] if columns.symbol is None else [columns.symbol])]
    types = dict.fromkeys(map(str, texts), arrow.string())
    types |= {str(position): arrow.float64() for position in columns.numbers.values()}
    names = [str(position) for position in range(len(source.header.names))]
    try:
        return reader.read_csv(
            arrow.BufferReader(source.data),
            reader.ReadOptions(
                use_threads=False, block_size=BLOCK, skip_rows=source.header.line, column_names=names
            ),
            reader.ParseOptions(delimiter=source.header.separator),
            reader.ConvertOptions(column_types=types, include_columns=list(types), null_values=[""]),
        )
    except arrow.ArrowInvalid as error:
        if not any(True for _ in source.records()):
            raise Unreadable(f"{source.name} names its columns and holds no row") from None
        raise _fault(source, str(error)) from None


def _times(source: _Source, texts: list[Any]) -> Any:
    from pyarrow import compute

    whole = [compute.utf8_trim_whitespace(text.combine_chunks()) for text in texts]
    joined = whole[0] if len(whole) == 1 else compute.binary_join_element_wise(*whole, " ")
    try:
        return read_times(joined)
    except NoTime as error:
        title = source.title("time")
        where = source.place(error.row, "time") if error.row >= 0 else f"{source.name}, column {title}"
        raise Unreadable(f"{where}: {error.sentence}") from None


def _symbols(read: Any, source: _Source) -> tuple[tuple[str, ...], Any]:
    from pyarrow import compute

    if source.header.symbol:
        return (source.header.symbol,), np.zeros(read.num_rows, np.int64)
    if source.columns.symbol is None:
        return (), None
    column = compute.utf8_trim_whitespace(read.column(str(source.columns.symbol)).combine_chunks())
    coded = column.dictionary_encode()
    return tuple(coded.dictionary.to_pylist()), coded.indices.to_numpy().astype(np.int64)


def _fault(source: _Source, said: str) -> Unreadable:
    """The first line that pyarrow cannot have read."""
    for number, line in source.records():
        where = f"{source.name}, line {number}"
        try:
            text = line.decode()
        except UnicodeDecodeError:
            return Unreadable(f"{where} is no text in UTF-8")
        row = cells(text, source.header.separator)
        if row is None or text.count('"') % 2:
            return Unreadable(f"{where}: a quotation mark is not closed")
        if len(row) != len(source.header.names):
            return Unreadable(f"{where} has {_counted(row, source.header, text)}")
        for what, position in source.columns.numbers.items():
            if sentence := _no_number(row[position].strip()):
                return Unreadable(f"{where}, column {source.title(what)}: {sentence}")
    return Unreadable(f"{source.name} cannot be read as CSV: {printable(said, most=200)}")


def _counted(row: list[str], header: Header, text: str) -> str:
    have, named = f"{len(row)} cell{'s' * (len(row) != 1)}", len(header.names)
    sentence = f"{have} where the {'header names' if header.named else 'first row has'} {named} columns"
    if header.separator == "," and len(row) > named and re.search(r",\d+,\d+,\d+", text):
        sentence += ": numbers with a decimal comma are not read, write 1.5 for 1,5"
    return sentence


def _no_number(cell: str) -> str:
    """What is wrong with it; nothing, where it is one, or empty: an empty cell is judged with the values."""
    if re.fullmatch(r"[-+]?\d{1,3}(\.\d{3})*,\d+|[-+]?\d+,\d+", cell):
        return f"`{printable(cell)}` has a decimal comma: write 1.5 for 1,5"
    try:
        float(cell or "0")
    except ValueError:
        return f"`{printable(cell)}` is no number"
    return "" if "_" not in cell else f"`{printable(cell)}` is no number"
