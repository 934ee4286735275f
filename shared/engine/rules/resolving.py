"""An expression with every number known: parameters put in, constants computed, defaults written out.

Two expressions that mean the same by other parameters become equal trees, and are computed once.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from shared.engine.language.calls import function_of
from shared.engine.language.catalogue import Function
from shared.engine.language.errors import Place
from shared.engine.language.operators import CALCULATIONS, COMPARISONS, CONNECTIVES
from shared.engine.language.tree import (
    Calculation,
    Call,
    Comparing,
    Joined,
    Lag,
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
from shared.engine.language.typed import Value


def resolved(node: Node, parameters: Mapping[str, Value]) -> Node:
    match node:
        case Parameter(name):
            return written(parameters[name], node.place)
        case Call(_, arguments):
            return _called(node, [resolved(argument, parameters) for argument in arguments])
        case Calculation(sign, left, right) | Comparing(sign, left, right):
            left, right = resolved(left, parameters), resolved(right, parameters)
            return _operated(replace(node, left=left, right=right), sign, (left, right))
        case Joined(word, operands):
            operands = tuple(resolved(operand, parameters) for operand in operands)
            return _operated(replace(node, operands=operands), word, operands)
        case Lag(operand, bars):
            return replace(node, operand=resolved(operand, parameters), bars=resolved(bars, parameters))
        case Negation(operand) | Not(operand):
            return _signed(replace(node, operand=resolved(operand, parameters)))
        case Output(operand, _) | OnTimeframe(operand, _) | OfSymbol(operand, _):
            return replace(node, operand=resolved(operand, parameters))
        case _:
            return node


def constant(node: Node) -> Value | None:
    """What a resolved expression is worth on every bar."""
    match node:
        case Number(value) | Truth(value) | Text(value):
            return value
        case Negation(Number(value)):
            return -value
        case _:
            return None


def written(value: Value, place: Place | None) -> Node:
    """The node that says this."""
    if isinstance(value, bool):
        return Truth(value, place=place)
    if isinstance(value, str):
        return Text(value, place=place)
    number = Number(float(abs(value)), place=place)
    return Negation(number, place=place) if value < 0 else number


def _called(node: Call, arguments: Sequence[Node]) -> Node:
    function = function_of(node)
    values = _constants(arguments)
    if function.fold is not None and values is not None:
        return written(float(function.fold(*values)), node.place)
    return replace(node, arguments=(*arguments, *_defaults(function, len(arguments), node.place)))


def _defaults(function: Function, given: int, place: Place | None) -> list[Node]:
    missing = function.settings[max(0, given - len(function.inputs)) :] if not function.many else ()
    return [written(each.default, place) for each in missing if each.default is not None]


def _operated(node: Node, sign: str, operands: Sequence[Node]) -> Node:
    values = _constants(operands)
    if values is None:
        return node
    return written((CALCULATIONS | COMPARISONS | CONNECTIVES)[sign](*values), node.place)


def _signed(node: Negation | Not) -> Node:
    value = constant(node.operand)
    if value is None:
        return node
    if isinstance(node, Not):
        return written(not value, node.place)
    assert isinstance(value, float)  # it was checked
    return written(-value, node.place)


def _constants(nodes: Sequence[Node]) -> list[Value] | None:
    values = [value for node in nodes if (value := constant(node)) is not None]
    return values if len(values) == len(nodes) else None
