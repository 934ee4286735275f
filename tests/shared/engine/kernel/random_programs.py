"""Rules that read the position, of every word, some of their parts undefined on some bars."""

from collections.abc import Callable

import numpy as np

from shared.engine.bars import Floats
from shared.engine.kernel.programs import CODES
from shared.engine.plan import Program

Random = np.random.Generator
COMPARISONS = ("<", "<=", ">", ">=", "==", "!=")
OF_ONE = ("negate", "abs", "sqrt", "log", "exp", "sign", "floor", "ceil", "round")
OF_TWO = ("+", "-", "*", "/", "min", "max")


def random_program(random: Random, length: int) -> Program:
    written = _Written(random, length)
    written.truth(depth=4)
    return Program(
        np.array([CODES[word] for word in written.words]),
        np.array(written.operands),
        np.array(written.constants),
        tuple(written.series),
    )


class _Written:
    def __init__(self, random: Random, length: int) -> None:
        self.random = random
        self.words: list[str] = []
        self.operands: list[int] = []
        self.constants = [float(random.integers(1, 9)), float(random.normal(0, 3)), 0.0, 2.5]
        self.series = [_truths(random, length), random.normal(0, 3, length).round(1)]

    def truth(self, depth: int) -> None:
        choice = self.random.integers(7 if depth else 3)
        if choice == 0:
            self._put("series", 0)
        elif choice == 1:
            self._put("in_position")
        elif choice == 2:
            self._two(self.number, COMPARISONS, 0)
        elif choice == 3:
            self._two(self.number, COMPARISONS, depth - 1)
        elif choice == 4:
            self._two(self.truth, ("and", "or"), depth - 1)
        elif choice == 5:
            self.truth(depth - 1)
            self._put("not")
        else:
            self._chosen(self.truth, depth - 1)

    def number(self, depth: int) -> None:
        choice = self.random.integers(7 if depth else 4)
        if choice == 0:
            self._put("constant", int(self.random.integers(len(self.constants))))
        elif choice == 1:
            self._put("series", 1)
        elif choice == 2:
            self._put("bars_held")
        elif choice == 3:
            self._put("open_profit_pct")
        elif choice == 4:
            self.number(depth - 1)
            self._put(str(self.random.choice(OF_ONE)))
        elif choice == 5:
            self._two(self.number, OF_TWO, depth - 1)
        else:
            self._chosen(self.number, depth - 1)

    def _two(self, part: Callable[[int], None], words: tuple[str, ...], depth: int) -> None:
        part(depth)
        part(depth)
        self._put(str(self.random.choice(words)))

    def _chosen(self, part: Callable[[int], None], depth: int) -> None:
        self.truth(depth)
        part(depth)
        part(depth)
        self._put("where")

    def _put(self, word: str, operand: int = 0) -> None:
        self.words.append(word)
        self.operands.append(operand)


def _truths(random: Random, length: int) -> Floats:
    held = (random.random(length) < 0.1).astype(float)
    return np.where(random.random(length) < 0.1, np.nan, held)
