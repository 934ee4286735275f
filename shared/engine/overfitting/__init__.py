"""How much of the best of many trials is luck. What each figure means: README.md of the metrics."""

from shared.engine import COMPILED, built

if COMPILED:
    built.use_core(__name__)
