"""Processes that work at one sweep. Where they are forked, on Linux, none has a copy of the bars."""

import gc
import multiprocessing
import sys
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor, as_completed
from concurrent.futures.process import BrokenProcessPool

from functions.strategy.errors import WrongOption
from functions.strategy.sweeping.trying import Trial, Trier, Work

AT_ONCE = 16  # combinations that one is given at a time, at most
_trier: Trier  # of this process


def tried(work: Work, *, processes: int, method: str = "") -> Generator[Trial]:
    """Every trial, in the order in which they end."""
    count = len(work.space)
    processes = min(processes, count)
    numbers = work.space.in_tiles()
    if processes <= 1:
        yield from Trier(work).trials(numbers)
        return
    size = max(1, min(AT_ONCE, count // (processes * 4)))
    chunks = [numbers[start : start + size] for start in range(0, count, size)]
    context = multiprocessing.get_context(method or ("fork" if sys.platform == "linux" else "spawn"))
    # Not multiprocessing's own pool: it waits for ever where a process was ended from outside.
    pool = ProcessPoolExecutor(processes, context, _begin, (work,))
    try:
        for done in as_completed([pool.submit(_chunk, chunk) for chunk in chunks]):
            yield from done.result()
    except BrokenProcessPool:
        sentence = "--processes: one of them was ended from outside, or found no memory"
        raise WrongOption(sentence) from None
    finally:
        # Told once: at the end of a `with` it would be told again, to cancel nothing, and that would count.
        pool.shutdown(cancel_futures=True)


def _begin(work: Work) -> None:
    global _trier
    gc.freeze()  # what was there before the first combination is not looked through for garbage after each
    _trier = Trier(work)


def _chunk(numbers: Sequence[int]) -> list[Trial]:
    return list(_trier.trials(numbers))
