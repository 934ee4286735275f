"""CSV → a table. pyarrow reads it; where it cannot, the lines are read one by one to name the cell."""

import csv
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from functions.strategy.errors import Unreadable
from functions.strategy.files.columns import Columns, printable, recognised
from functions.strategy.files.table import Table
from functions.strategy.files.times import NoTime, read_times
from functions.strategy.remarks import remark
from functions.strategy.saying import Place

SEPARATORS = (",", ";", "\t", "|")
BLOCK = 1 << 22  # bytes that pyarrow reads at a time
HEADER = 1 << 16  # bytes
LINES = re.compile(rb"\r\n|\n|\r")


class _Source(NamedTuple):
    name: str
    data: bytes  # UTF-8
    header: int  # the line of the columns' names, from 1
    separator: str
    names: list[str]
    columns: Columns

    def records(self) -> Iterator[tuple[int, bytes]]:
        """Each line behind the header that is not empty, with its number."""
        for number, line in enumerate(LINES.split(self.data), start=1):
            if number > self.header and line:
                yield number, line

    def place(self, row: int, what: str) -> Place:
        number = next((number for i, (number, _) in enumerate(self.records()) if i == row), 0)
        return Place(self.name, "line", number, self.title(what))

    def title(self, what: str) -> str:
        positions = {"time": self.columns.time[0], "symbol": self.columns.symbol, **self.columns.numbers}
        position = positions[what]
        assert position is not None
        return printable(self.names[position].strip()) or what


def read_csv(data: bytes, name: str) -> Table:
    source = _source(_as_utf8(data, name), name)
    read = _arrow(source)
    columns = source.columns
    if not read.num_rows:
        raise Unreadable(f"{name} names its columns and holds no row")
    texts = [read.column(str(position)) for position in columns.time]
    times = _times(source, texts)
    numbers = {what: read.column(str(i)).to_numpy() for what, i in columns.numbers.items()}
    notes = columns.notes
    if times.naive:
        notes += (remark("no_zone", file=name),)
    symbols, codes = _symbols(read, columns)
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
    if data[:2] in (b"PK", b"\x1f\x8b") or b"\0" in data[:HEADER]:
        raise Unreadable(f"{name} is neither CSV nor Parquet: unpack it, or export it as CSV")
    return data


def _source(data: bytes, name: str) -> _Source:
    lines = enumerate(LINES.split(data[:HEADER]), start=1)
    number, header = next(((number, line) for number, line in lines if line.strip()), (1, b""))
    try:
        text = header.decode()
    except UnicodeDecodeError:
        raise Unreadable(f"{name}, line {number} is no text in UTF-8") from None
    separator = max(SEPARATORS, key=text.count)
    names = _cells(text, separator) or []
    where = Place(name, "line", number)
    return _Source(name, data, number, separator, names, recognised(names, where=where))


def _cells(line: str, separator: str) -> list[str] | None:
    try:
        return next(csv.reader([line], delimiter=separator, strict=True), [])
    except csv.Error:
        return None


def _arrow(source: _Source) -> Any:
    import pyarrow as arrow
    from pyarrow import csv as reader

    columns = source.columns
    texts = [*columns.time, *([] if columns.symbol is None else [columns.symbol])]
    types = dict.fromkeys(map(str, texts), arrow.string())
    types |= {str(position): arrow.float64() for position in columns.numbers.values()}
    names = [str(position) for position in range(len(source.names))]
    try:
        return reader.read_csv(
            arrow.BufferReader(source.data),
            reader.ReadOptions(
                use_threads=False, block_size=BLOCK, skip_rows=source.header, column_names=names
            ),
            reader.ParseOptions(delimiter=source.separator),
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


def _symbols(read: Any, columns: Columns) -> tuple[tuple[str, ...], Any]:
    from pyarrow import compute

    if columns.symbol is None:
        return (), None
    column = compute.utf8_trim_whitespace(read.column(str(columns.symbol)).combine_chunks())
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
        cells = _cells(text, source.separator)
        if cells is None or text.count('"') % 2:
            return Unreadable(f"{where}: a quotation mark is not closed")
        if len(cells) != len(source.names):
            return Unreadable(f"{where} has {_counted(cells, source, text)}")
        for what, position in source.columns.numbers.items():
            if sentence := _no_number(cells[position].strip()):
                return Unreadable(f"{where}, column {source.title(what)}: {sentence}")
    return Unreadable(f"{source.name} cannot be read as CSV: {printable(said, most=200)}")


def _counted(cells: list[str], source: _Source, text: str) -> str:
    have, named = f"{len(cells)} cell{'s' * (len(cells) != 1)}", len(source.names)
    sentence = f"{have} where the header names {named} columns"
    if source.separator == "," and len(cells) > named and re.search(r",\d+,\d+,\d+", text):
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
