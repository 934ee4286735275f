"""What a rule is made of. Two trees are equal when they say the same, wherever it stood in a text.

Plain classes: a rule is read in microseconds, and a `dataclass` that is frozen takes as many for each part.
"""

from typing import Literal

from shared.engine.language.errors import Place

Arithmetic = Literal["+", "-", "*", "/"]
Comparison = Literal["<", "<=", ">", ">=", "==", "!="]
Connective = Literal["and", "or"]


class Part:
    """Nothing of it is ever changed. `says` is all of it but its place, down to the leaves."""

    __slots__ = ("children", "place", "says")
    __match_args__: tuple[str, ...] = ()
    children: "tuple[Node, ...]"
    place: Place | None
    says: tuple[object, ...]

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Part) and self.says == other.says)

    def __hash__(self) -> int:
        return hash(self.says)

    def __repr__(self) -> str:
        fields = (f"{name}={getattr(self, name)!r}" for name in self.__match_args__)
        return f"{type(self).__name__}({', '.join(fields)})"


class Number(Part):
    __slots__ = __match_args__ = ("value",)

    def __init__(self, value: float, *, place: Place | None = None) -> None:  # ≥ 0: a sign is a Negation
        self.value, self.place = value, place
        self.children, self.says = (), (Number, value)


class Truth(Part):
    __slots__ = __match_args__ = ("value",)

    def __init__(self, value: bool, *, place: Place | None = None) -> None:
        self.value, self.place = value, place
        self.children, self.says = (), (Truth, value)


class Text(Part):
    __slots__ = __match_args__ = ("value",)

    def __init__(self, value: str, *, place: Place | None = None) -> None:
        """Printable ASCII without quotes and backslash."""
        self.value, self.place = value, place
        self.children, self.says = (), (Text, value)


class Name(Part):
    __slots__ = __match_args__ = ("name",)

    def __init__(self, name: str, *, place: Place | None = None) -> None:
        self.name, self.place = name, place
        self.children, self.says = (), (Name, name)


class Parameter(Part):
    __slots__ = __match_args__ = ("name",)

    def __init__(self, name: str, *, place: Place | None = None) -> None:  # without the $
        self.name, self.place = name, place
        self.children, self.says = (), (Parameter, name)


class Call(Part):
    __slots__ = __match_args__ = ("name", "arguments")

    def __init__(self, name: str, arguments: "tuple[Node, ...]", *, place: Place | None = None) -> None:
        self.name, self.arguments, self.place = name, arguments, place
        self.children, self.says = arguments, (Call, name, *[each.says for each in arguments])


class Negation(Part):
    __slots__ = __match_args__ = ("operand",)

    def __init__(self, operand: "Node", *, place: Place | None = None) -> None:
        self.operand, self.place = operand, place
        self.children, self.says = (operand,), (Negation, operand.says)


class Not(Part):
    __slots__ = __match_args__ = ("operand",)

    def __init__(self, operand: "Node", *, place: Place | None = None) -> None:
        self.operand, self.place = operand, place
        self.children, self.says = (operand,), (Not, operand.says)


class Calculation(Part):
    __slots__ = __match_args__ = ("operator", "left", "right")

    def __init__(
        self, operator: Arithmetic, left: "Node", right: "Node", *, place: Place | None = None
    ) -> None:
        self.operator, self.left, self.right, self.place = operator, left, right, place
        self.children, self.says = (left, right), (Calculation, operator, left.says, right.says)


class Comparing(Part):
    __slots__ = __match_args__ = ("operator", "left", "right")

    def __init__(
        self, operator: Comparison, left: "Node", right: "Node", *, place: Place | None = None
    ) -> None:
        self.operator, self.left, self.right, self.place = operator, left, right, place
        self.children, self.says = (left, right), (Comparing, operator, left.says, right.says)


class Joined(Part):
    __slots__ = __match_args__ = ("operator", "operands")

    def __init__(
        self, operator: Connective, operands: "tuple[Node, ...]", *, place: Place | None = None
    ) -> None:
        """Two or more of them."""
        self.operator, self.operands, self.place = operator, operands, place
        self.children, self.says = operands, (Joined, operator, *[each.says for each in operands])


class Lag(Part):
    __slots__ = __match_args__ = ("operand", "bars")

    def __init__(self, operand: "Node", bars: "Node", *, place: Place | None = None) -> None:
        self.operand, self.bars, self.place = operand, bars, place
        self.children, self.says = (operand, bars), (Lag, operand.says, bars.says)


class Output(Part):
    __slots__ = __match_args__ = ("operand", "name")

    def __init__(self, operand: "Node", name: str, *, place: Place | None = None) -> None:
        self.operand, self.name, self.place = operand, name, place
        self.children, self.says = (operand,), (Output, operand.says, name)


class OnTimeframe(Part):
    __slots__ = __match_args__ = ("operand", "timeframe")

    def __init__(self, operand: "Node", timeframe: str, *, place: Place | None = None) -> None:
        self.operand, self.timeframe, self.place = operand, timeframe, place
        self.children, self.says = (operand,), (OnTimeframe, operand.says, timeframe)


class OfSymbol(Part):
    __slots__ = __match_args__ = ("operand", "symbol")

    def __init__(self, operand: "Node", symbol: str, *, place: Place | None = None) -> None:
        self.operand, self.symbol, self.place = operand, symbol, place
        self.children, self.says = (operand,), (OfSymbol, operand.says, symbol)


Leaf = Number | Truth | Text | Name | Parameter
Node = Leaf | Call | Negation | Not | Calculation | Comparing | Joined | Lag | Output | OnTimeframe | OfSymbol
