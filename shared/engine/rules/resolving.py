"""An expression with every number known: parameters put in, constants computed, defaults written out.

Two expressions that mean the same by other parameters become equal trees, and are computed once.
"""

from collections.abc import Mapping, Sequence

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
from shared.engine.language.typed import Value

Operation = Calculation | Comparing | Joined | Negation | Not
FOLDS = CALCULATIONS | COMPARISONS | CONNECTIVES


def resolved(node: Node, parameters: Mapping[str, Value]) -> Node:
    place = node.place
    match node:
        case Name() | Number() | Truth() | Text():
            return node
        case Parameter():
            return written(parameters[node.name], place)
        case Call():
            return _called(node, [resolved(argument, parameters) for argument in node.arguments])
        case Output():
            return Output(resolved(node.operand, parameters), node.name, place=place)
        case OnTimeframe():
            return OnTimeframe(resolved(node.operand, parameters), node.timeframe, place=place)
        case OfSymbol():
            return OfSymbol(resolved(node.operand, parameters), node.symbol, place=place)
        case Lag():
            return Lag(resolved(node.operand, parameters), resolved(node.bars, parameters), place=place)
        case _:
            return _operated(node, tuple([resolved(child, parameters) for child in node.children]))


def constant(node: Node) -> Value | None:
    """What a resolved expression is worth on every bar."""
    match node:
        case Number() | Truth() | Text():
            return node.value
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
    if function.fold is not None and (values := _constants(arguments)) is not None:
        return written(float(function.fold(*values)), node.place)
    whole = (*arguments, *_defaults(function, len(arguments), node.place))
    return Call(node.name, whole, place=node.place)


def _defaults(function: Function, given: int, place: Place | None) -> list[Node]:
    missing = function.settings[max(0, given - len(function.inputs)) :] if not function.many else ()
    return [written(each.default, place) for each in missing if each.default is not None]


def _operated(node: Operation, operands: tuple[Node, ...]) -> Node:
    place = node.place
    match node:
        case Negation():
            return _signed(Negation(operands[0], place=place))
        case Not():
            return _signed(Not(operands[0], place=place))
    if (values := _constants(operands)) is not None:
        return written(FOLDS[node.operator](*values), place)
    match node:
        case Calculation():
            return Calculation(node.operator, *operands, place=place)
        case Comparing():
            return Comparing(node.operator, *operands, place=place)
        case Joined():
            return Joined(node.operator, operands, place=place)


def _signed(node: Negation | Not) -> Node:
    value = constant(node.operand)
    if value is None:
        return node
    if isinstance(node, Not):
        return written(not value, node.place)
    assert isinstance(value, float)  # it was checked
    return written(-value, node.place)


def _constants(nodes: Sequence[Node]) -> list[Value] | None:
    values = []
    for node in nodes:
        value = constant(node)
        if value is None:
            return None
        values.append(value)
    return values
