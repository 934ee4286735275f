"""The digests of runs that never change, printed: `python -m tests.shared.engine.kernel.digests`."""

import sys

from shared.engine.kernel.run import run
from tests.shared.engine.kernel.random_plans import random_plan


def of_fixed_runs() -> list[str]:
    outcomes = [run(random_plan(seed, 20 + seed % 240)) for seed in range(250)]
    return [f"{done.digest}:{done.final}:{done.equity.tobytes().hex()[-16:]}" for done in outcomes]


if __name__ == "__main__":
    sys.stdout.write("\n".join(of_fixed_runs()))
