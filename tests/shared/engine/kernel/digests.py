"""The digests of runs that never change, printed: `python -m tests.shared.engine.kernel.digests`."""

import sys
from hashlib import sha256

from shared.engine.kernel.run import run
from tests.shared.engine.kernel.random_detail import with_detail
from tests.shared.engine.kernel.random_plans import random_plan


def of_fixed_runs() -> list[str]:
    plans = [random_plan(seed, 20 + seed % 240) for seed in range(250)]
    plans += [with_detail(plan, seed) for seed, plan in enumerate(plans[30:100])]
    outcomes = [run(plan) for plan in plans]
    return [f"{done.digest}:{done.final}:{sha256(done.equity.tobytes()).hexdigest()}" for done in outcomes]


if __name__ == "__main__":
    sys.stdout.write("\n".join(of_fixed_runs()))
