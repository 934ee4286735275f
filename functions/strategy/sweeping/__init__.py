"""One strategy with many values of its parameters: which is best, and how much of that is luck."""

from functions.strategy.sweeping.space import Space, space_of
from functions.strategy.sweeping.sweep import Swept, sweep

__all__ = ["Space", "Swept", "space_of", "sweep"]
