"""One figure: ours and a peer's of the same run, as a ratio against its goal."""

import math
import statistics
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.console import Console
from rich.table import Table


@dataclass(frozen=True)
class Figure:
    name: str
    ours: float
    peer: float  # or a limit
    peer_name: str
    goal: float  # the ratio at most; infinite: for comparison alone
    unit: str

    @property
    def ratio(self) -> float:
        return self.ours / self.peer


def paired(ours: Callable[[], float], peer: Callable[[], float], *, rounds: int) -> tuple[float, float]:
    """Medians of runs in turn: what slows the machine slows both. Their ratio is the figure's."""
    ours(), peer()
    pairs = [(ours(), peer()) for _ in range(rounds)]
    return statistics.median(a for a, _ in pairs), statistics.median(b for _, b in pairs)


def show(figures: Sequence[Figure]) -> None:
    table = Table("figure", "ours", "peer or limit", "ratio", "goal", "")
    for figure in figures:
        table.add_row(
            figure.name,
            f"{figure.ours:,.1f} {figure.unit}",
            f"{figure.peer:,.1f} {figure.unit}  {figure.peer_name}",
            f"{figure.ratio:.2f}",
            "" if math.isinf(figure.goal) else f"≤ {figure.goal:g}",
            "" if figure.ratio <= figure.goal else "[red]missed[/]",
        )
    Console(width=150).print(table)
