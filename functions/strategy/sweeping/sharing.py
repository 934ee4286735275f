"""Processes that work at one sweep on the same bars: none has a copy of its own."""

import gc
import multiprocessing
import sys
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from itertools import islice
from multiprocessing.shared_memory import SharedMemory
from typing import NamedTuple

import numpy as np

from functions.strategy.errors import WrongOption
from functions.strategy.sweeping.trying import Trial, Trier, Work
from shared.engine.bars import Bars, Floats, Integers

AT_ONCE = 32  # combinations that one is given at a time, at most
COLUMNS = 6  # of 8 bytes a bar: time, open, high, low, close, volume
_trier: Trier | None = None  # of this process
_memory: SharedMemory | None = None  # held open as long as the process lives


class _Piece(NamedTuple):
    """Bars in shared memory."""

    symbol: str
    timeframe: str
    start: int  # bytes
    bars: int


def tried(work: Work, *, processes: int, method: str = "") -> Iterator[Trial]:
    """Every trial, in the order in which they end."""
    count = len(work.space)
    processes = min(processes, count)
    if processes <= 1:
        yield from Trier(work).trials(0, count)
        return
    size = max(1, min(AT_ONCE, count // (processes * 4)))
    chunks = ((start, min(start + size, count)) for start in range(0, count, size))
    context = multiprocessing.get_context(method or ("fork" if sys.platform == "linux" else "spawn"))
    task = work.task
    counts = (len(task.market), len(task.detail), len(task.rates))
    with _shared((*task.market, *task.detail, *task.rates)) as (name, pieces):
        bare = work._replace(task=task._replace(market=(), detail=(), rates=()))
        # Not multiprocessing's own pool: it waits for ever where a process was ended from outside.
        with ProcessPoolExecutor(processes, context, _begin, (bare, name, pieces, counts)) as pool:
            try:
                for done in as_completed([pool.submit(_chunk, chunk) for chunk in chunks]):
                    yield from done.result()
            except BrokenProcessPool:
                raise WrongOption(
                    "--processes: one of them was ended from outside, or found no memory"
                ) from None
            finally:
                pool.shutdown(wait=False, cancel_futures=True)


def _begin(work: Work, name: str, pieces: tuple[_Piece, ...], counts: tuple[int, int, int]) -> None:
    """The first pieces are the run's own bars, the next finer ones, the last rates."""
    global _trier, _memory
    try:
        _memory = SharedMemory(name)
    except FileNotFoundError:  # all is done by others, and this process is not waited for
        return
    gc.freeze()  # what was there before the first combination is not looked through for garbage after each
    bars = iter([_seen(_memory, piece) for piece in pieces])
    market, detail, rates = (tuple(islice(bars, count)) for count in counts)
    _trier = Trier(work._replace(task=work.task._replace(market=market, detail=detail, rates=rates)))


def _chunk(numbers: tuple[int, int]) -> list[Trial]:
    if _trier is None:  # the memory was taken away, and not by who made it
        raise BrokenProcessPool
    return list(_trier.trials(*numbers))


@contextmanager
def _shared(market: tuple[Bars, ...]) -> Iterator[tuple[str, tuple[_Piece, ...]]]:
    memory = SharedMemory(create=True, size=max(1, sum(len(bars) * COLUMNS * 8 for bars in market)))
    try:
        pieces, start = [], 0
        for bars in market:
            pieces.append(_Piece(bars.symbol, bars.timeframe, start, len(bars)))
            _write(memory, pieces[-1], bars)
            start += len(bars) * COLUMNS * 8
        yield memory.name, tuple(pieces)
    finally:
        memory.close()
        memory.unlink()


def _write(memory: SharedMemory, piece: _Piece, bars: Bars) -> None:
    """In a function of its own: no view of the memory may be left when it is closed."""
    for place, column in zip(_columns(_seen(memory, piece)), _columns(bars), strict=True):
        place[:] = column


def _columns(bars: Bars) -> tuple[Integers | Floats, ...]:
    return (bars.time, *bars.prices)


def _seen(memory: SharedMemory, piece: _Piece) -> Bars:
    length = piece.bars * 8
    assert memory.buf is not None
    time = np.frombuffer(memory.buf, np.int64, piece.bars, piece.start)
    floats = [
        np.frombuffer(memory.buf, np.float64, piece.bars, piece.start + length * i) for i in range(1, COLUMNS)
    ]
    return Bars(piece.symbol, piece.timeframe, time, *floats)
