"""`make bench`: every figure beside its peer or limit of the same run; `make bench ONLY=warm` for some."""

import sys
from types import ModuleType

from rich.progress import track

from tests.benchmarks import cold, engine, gateway, indicators, ledger, login, machine, transfers, warm
from tests.benchmarks.scene import set_up
from tests.benchmarks.table import show

PARTS: dict[str, ModuleType] = {
    "cold": cold,
    "warm": warm,
    "gateway": gateway,
    "login": login,
    "machine": machine,
    "ledger": ledger,
    "transfers": transfers,
    "indicators": indicators,
    "engine": engine,
}


def main(names: list[str]) -> None:
    chosen = [PARTS[name] for name in names or PARTS]
    with set_up() as scene:
        show([figure for part in track(chosen, "measuring") for figure in part.figures(scene)])


if __name__ == "__main__":
    main(sys.argv[1:])
