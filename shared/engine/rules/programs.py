"""A rule that reads the position → a program: what in it does not read it is computed before, as a series."""

import numpy as np

from shared.engine.bars import Floats
from shared.engine.kernel.programs import CODES
from shared.engine.language.catalogue import NAMES
from shared.engine.language.tree import (
    Calculation,
    Call,
    Comparing,
    Joined,
    Name,
    Negation,
    Node,
    Not,
)
from shared.engine.plan import Program
from shared.engine.rules.evaluating import Evaluator
from shared.engine.rules.resolving import constant


def reads_position(node: Node) -> bool:
    if isinstance(node, Name):
        return NAMES[node.name].of == "position"
    return any(reads_position(child) for child in node.children)


def program(evaluator: Evaluator, node: Node) -> Program:
    writer = _Writer(evaluator)
    writer.write(node)
    return Program(
        np.array(writer.codes, np.int64),
        np.array(writer.operands, np.int64),
        np.array(writer.constants, np.float64),
        tuple(writer.series),
    )


class _Writer:
    def __init__(self, evaluator: Evaluator) -> None:
        self._evaluator = evaluator
        self._rows: dict[Node, int] = {}
        self.codes: list[int] = []
        self.operands: list[int] = []
        self.constants: list[float] = []
        self.series: list[Floats] = []

    def write(self, node: Node) -> None:
        known = constant(node)
        if known is not None:
            self._put("constant", len(self.constants))
            self.constants.append(float(known))
        elif not reads_position(node):
            self._put("series", self._row(node))
        elif isinstance(node, Name):
            self._put(node.name)
        else:
            self._operation(node)

    def _operation(self, node: Node) -> None:
        match node:
            case Negation(operand):
                self._each("negate", (operand,))
            case Not(operand):
                self._each("not", (operand,))
            case Calculation(sign, left, right) | Comparing(sign, left, right):
                self._each(sign, (left, right))
            case Joined(word, operands):
                self._chain(word, operands)
            case Call("min" | "max" as name, arguments):
                self._chain(name, arguments)
            case Call(name, arguments):
                self._each(name, arguments)
            case _:
                raise AssertionError(node)  # the position has no history: it was checked

    def _each(self, word: str, operands: tuple[Node, ...]) -> None:
        for operand in operands:
            self.write(operand)
        self._put(word)

    def _chain(self, word: str, operands: tuple[Node, ...]) -> None:
        self.write(operands[0])
        for operand in operands[1:]:
            self.write(operand)
            self._put(word)

    def _put(self, word: str, operand: int = 0) -> None:
        self.codes.append(CODES[word])
        self.operands.append(operand)

    def _row(self, node: Node) -> int:
        if node not in self._rows:
            self._rows[node] = len(self.series)
            self.series.append(self._evaluator.numbers(node))
        return self._rows[node]
