"""What signs, `and`, `or` and `not` make of their operands."""

import operator
from collections.abc import Callable, Sequence

from shared.engine.language.catalogue import Kind
from shared.engine.language.errors import at, did_you_mean, quoted
from shared.engine.language.tree import Calculation, Comparing, Joined, Negation, Node
from shared.engine.language.typed import Typed, Value, aligned, combined, folded, known, refuse, together

CALCULATIONS: dict[str, Callable[..., Value]] = {
    "+": operator.add,
    "-": operator.sub,
    "*": operator.mul,
    "/": operator.truediv,
}
COMPARISONS: dict[str, Callable[..., Value]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "==": operator.eq,
    "!=": operator.ne,
}
CONNECTIVES: dict[str, Callable[..., Value]] = {
    "and": lambda *operands: all(operands),
    "or": lambda *operands: any(operands),
}
NEEDED: dict[Kind, str] = {
    "number": "a number",
    "truth": "a condition, such as a comparison",
    "universe": "`universe`",
}


def operated(node: Node, operands: Sequence[Typed], base: str) -> Typed:
    """`base` is the strategy's timeframe."""
    match node:
        case Comparing():
            return _compared(node, operands, base)
        case Calculation():
            return _calculated(node, operands, base, CALCULATIONS[node.operator], of=node.operator)
        case Joined():
            return _decided(node, operands, base, CONNECTIVES[node.operator], of=node.operator)
        case Negation():
            return _calculated(node, operands, base, operator.neg, of="-")
        case _:
            return _decided(node, operands, base, operator.not_, of="not")


def all_of(kind: Kind, parts: Sequence[Typed], nodes: Sequence[Node], *, of: str) -> None:
    for part, node in zip(parts, nodes, strict=True):
        if part.kind != kind:
            refuse("type", f"`{of}` needs {NEEDED[kind]}, and{at(node.place)} is {part.said}", node)


def result(kind: Kind, parts: Sequence[Typed], fold: Callable[..., Value] | None, node: Node) -> Typed:
    typed = combined(kind, parts)
    if typed.series or fold is None:
        return typed
    return known(kind, folded(fold, parts, node))


def _calculated(
    node: Node, operands: Sequence[Typed], base: str, fold: Callable[..., Value], *, of: str
) -> Typed:
    all_of("number", operands, node.children, of=of)
    return result("number", together(operands, base), fold, node)


def _decided(
    node: Node, operands: Sequence[Typed], base: str, fold: Callable[..., Value], *, of: str
) -> Typed:
    all_of("truth", operands, node.children, of=of)
    return result("truth", [aligned(operand, base) for operand in operands], fold, node)


def _compared(node: Comparing, operands: Sequence[Typed], base: str) -> Typed:
    sign = node.operator
    if operands[0].kind == operands[1].kind == "text" and sign in ("==", "!="):
        _possible(operands, node.children)
    else:
        all_of("number", operands, node.children, of=sign)
    return result("truth", [aligned(operand, base) for operand in operands], COMPARISONS[sign], node)


def _possible(texts: Sequence[Typed], nodes: Sequence[Node]) -> None:
    """A series of texts is compared with one that it may be."""
    known = [value for text in texts for value in text.values]
    for text, node in zip(texts, nodes, strict=True):
        if known and isinstance(text.constant, str) and text.constant not in known:
            meant = did_you_mean(text.constant, known, quote='"{}"') or f": there are {quoted(known)}"
            refuse("unknown", f'unknown text "{text.constant}"{at(node.place)}{meant}', node)
