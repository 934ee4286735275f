"""How far a command has come, for whoever watches it: a bar beside what it prints."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from operator import length_hint
from typing import Protocol, TypeVar

Step = TypeVar("Step")


class Watch(Protocol):
    def __call__(self, steps: Iterable[Step], /) -> Iterator[Step]: ...


@contextmanager
def watched(
    what: str, *, total: int | None = None, hidden: bool = False, passing: bool = False
) -> Iterator[Watch]:
    """`passing`: nothing of it is left at its end, which is that of the block.

    Rich's own `track` ends with its last step. Where an error comes before, its thread is waited for when the
    process ends, and from Python 3.13 on that wait has no end.
    """
    from rich.console import Console  # of commands alone
    from rich.progress import Progress

    console = Console(stderr=True)
    unseen = hidden or (passing and not console.is_interactive)
    with Progress(console=console, transient=passing, disable=unseen) as bar:

        def counted(steps: Iterable[Step], /) -> Iterator[Step]:
            task = bar.add_task(what, total=total or length_hint(steps) or None)
            for step in steps:
                yield step
                bar.advance(task)

        yield counted
