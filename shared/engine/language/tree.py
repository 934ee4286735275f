"""What a rule is made of. Two trees are equal when they say the same, wherever it stood in a text."""

from dataclasses import dataclass, field
from typing import Literal

from shared.engine.language.errors import Place

Arithmetic = Literal["+", "-", "*", "/"]
Comparison = Literal["<", "<=", ">", ">=", "==", "!="]
Connective = Literal["and", "or"]


@dataclass(frozen=True)
class Placed:
    place: Place | None = field(default=None, compare=False, repr=False, kw_only=True)


@dataclass(frozen=True)
class Number(Placed):
    value: float  # ≥ 0: a sign is a Negation


@dataclass(frozen=True)
class Truth(Placed):
    value: bool


@dataclass(frozen=True)
class Text(Placed):
    value: str  # printable ASCII without quotes and backslash


@dataclass(frozen=True)
class Name(Placed):
    name: str


@dataclass(frozen=True)
class Parameter(Placed):
    name: str  # without the $


@dataclass(frozen=True)
class Call(Placed):
    name: str
    arguments: tuple["Node", ...]


@dataclass(frozen=True)
class Negation(Placed):
    operand: "Node"


@dataclass(frozen=True)
class Not(Placed):
    operand: "Node"


@dataclass(frozen=True)
class Calculation(Placed):
    operator: Arithmetic
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Comparing(Placed):
    operator: Comparison
    left: "Node"
    right: "Node"


@dataclass(frozen=True)
class Joined(Placed):
    operator: Connective
    operands: tuple["Node", ...]  # two or more


@dataclass(frozen=True)
class Lag(Placed):
    operand: "Node"
    bars: "Node"


@dataclass(frozen=True)
class Output(Placed):
    operand: "Node"
    name: str


@dataclass(frozen=True)
class OnTimeframe(Placed):
    operand: "Node"
    timeframe: str


@dataclass(frozen=True)
class OfSymbol(Placed):
    operand: "Node"
    symbol: str


Leaf = Number | Truth | Text | Name | Parameter
Node = Leaf | Call | Negation | Not | Calculation | Comparing | Joined | Lag | Output | OnTimeframe | OfSymbol


def children(node: Node) -> tuple[Node, ...]:
    match node:
        case Call(_, arguments):
            return arguments
        case Joined(_, operands):
            return operands
        case Calculation(_, left, right) | Comparing(_, left, right):
            return (left, right)
        case Lag(operand, bars):
            return (operand, bars)
        case Negation(operand) | Not(operand) | Output(operand, _):
            return (operand,)
        case OnTimeframe(operand, _) | OfSymbol(operand, _):
            return (operand,)
        case _:
            return ()
