"""The engine beside its peers and beside what the machine gives at most."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import shared.engine
from tests.benchmarks.engine import alike, growing, starting, sweeping, together, whole
from tests.benchmarks.engine.desk import Desk
from tests.benchmarks.scene import Scene
from tests.benchmarks.table import Figure

ROWS: Sequence[Callable[[Desk], Iterator[Figure]]] = (
    whole.figures,
    sweeping.figures,
    together.figures,
    starting.figures,
    growing.figures,
)


def figures(_: Scene | None) -> Iterator[Figure]:
    if not shared.engine.COMPILED:
        raise RuntimeError("the engine is not compiled here: python -m infra.compiling")
    with tempfile.TemporaryDirectory() as folder, Desk(Path(folder)) as desk:
        alike.check(desk)
        for rows in ROWS:
            yield from rows(desk)
