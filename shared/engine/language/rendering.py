"""Tree → the one canonical text, which parses to the same tree: parentheses only where they are needed."""

from shared.engine.language.parser import COMPARING, NOT, SIGN, STRENGTH, SUM
from shared.engine.language.tree import (
    Calculation,
    Call,
    Comparing,
    Joined,
    Lag,
    Name,
    Negation,
    Node,
    Not,
    Number,
    OfSymbol,
    OnTimeframe,
    Output,
    Parameter,
    Text,
    Truth,
)

POSTFIX = SIGN + 1


def render(tree: Node) -> str:
    return _within(tree, 0)


def written(number: float) -> int | float:
    """A whole number without its `.0`."""
    return int(number) if number == int(number) else number


def strength(node: Node) -> int:
    match node:
        case Joined(operator) | Calculation(operator):
            return STRENGTH[operator]
        case Comparing():
            return COMPARING
        case Not():
            return NOT
        case Negation():
            return SIGN
        case _:
            return POSTFIX


def _within(node: Node, weakest: int) -> str:
    text = _text(node)
    return text if strength(node) >= weakest else f"({text})"


def _text(node: Node) -> str:
    match node:
        case Number(value):
            return repr(written(value))
        case Truth(value):
            return "true" if value else "false"
        case Text(value):
            return f'"{value}"'
        case Name(name):
            return name
        case Parameter(name):
            return f"${name}"
        case Call(name, arguments):
            return f"{name}({', '.join(_within(argument, 0) for argument in arguments)})"
        case _:
            return _operation(node)


def _operation(node: Node) -> str:
    match node:
        case Negation(operand):
            return f"-{_within(operand, SIGN)}"
        case Not(operand):
            return f"not {_within(operand, NOT)}"
        case Calculation(operator, left, right):
            own = STRENGTH[operator]
            return f"{_within(left, own)} {operator} {_within(right, own + 1)}"
        case Comparing(operator, left, right):
            return f"{_within(left, SUM)} {operator} {_within(right, SUM)}"
        case Joined(operator, operands):
            own = STRENGTH[operator] + 1
            return f" {operator} ".join(_within(operand, own) for operand in operands)
        case Lag(operand, bars):
            return f"{_within(operand, POSTFIX)}[{_within(bars, 0)}]"
        case Output(operand, name):
            return f"{_within(operand, POSTFIX)}.{name}"
        case OnTimeframe(operand, timeframe):
            return f"{_within(operand, POSTFIX)}@{timeframe}"
        case OfSymbol(operand, symbol):
            return f'{_within(operand, POSTFIX)}["{symbol}"]'
    raise AssertionError(node)
