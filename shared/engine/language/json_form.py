"""Tree ⇄ JSON, for storing and for programs: `{"<": [{"rsi": ["close", 14]}, "$low"]}`.

A string is a name, a `$parameter` or a `'text'`; an object has one key, a sign or a function, and a list.
"""

import re
from itertools import islice
from typing import NoReturn

from shared.engine.language.bounds import DEPTH, NODES, NUMBER, WORD, measure
from shared.engine.language.errors import Code, LanguageError
from shared.engine.language.rendering import written
from shared.engine.language.tokens import TEXT, WORDS
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

Json = str | int | float | bool | list["Json"] | dict[str, "Json"]

NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
TIMEFRAME = re.compile(r"[0-9]+[A-Za-z]+")


def to_json(tree: Node) -> Json:
    match tree:
        case Number(value):
            return written(value)
        case Truth(value):
            return value
        case Text(value):
            return f"'{value}'"
        case Name(name):
            return name
        case Parameter(name):
            return f"${name}"
        case Negation(Number(value)) if value > 0:
            return -written(value)
        case _:
            key, *more = _key(tree)
            return {key: [*(to_json(child) for child in tree.children), *more]}


def _key(node: Node) -> tuple[str, ...]:
    """Of a branch: its sign or its function, then what stands behind its children."""
    match node:
        case Calculation(operator) | Comparing(operator) | Joined(operator):
            return (operator,)
        case Negation():
            return ("-",)
        case Not():
            return ("not",)
        case Lag():
            return ("[]",)
        case OfSymbol(_, symbol):
            return ("[]", f"'{symbol}'")
        case Call(name):
            return (name,)
        case Output(_, name):
            return (".", name)
        case OnTimeframe(_, timeframe):
            return ("@", timeframe)
    raise AssertionError(node)


def from_json(value: object) -> Node:
    _bounded(value)
    tree = _node(value, "")
    measure(tree)
    return tree


def _bounded(value: object) -> None:
    """Before anything is built, and without recursion: a branch is an object and its list."""
    count, todo = 0, [(value, 1)]
    while todo:
        part, depth = todo.pop()
        count += 1
        if count > 3 * NODES:
            _refuse(f"the rule has more than {NODES} parts", "", code="too_large")
        if depth > 2 * DEPTH:
            _refuse(f"the rule nests deeper than {DEPTH} levels", "", code="too_large")
        if isinstance(part, dict):
            todo += [(inner, depth + 1) for inner in islice(part.values(), 2)]
        elif isinstance(part, list):
            todo += [(inner, depth + 1) for inner in islice(part, 3 * NODES)]


def _node(value: object, path: str) -> Node:
    match value:
        case bool():
            return Truth(value)
        case int() | float():
            return _number(value, path)
        case str():
            return _leaf(value, path)
        case dict() if len(value) == 1:
            key, arguments = next(iter(value.items()))
            if isinstance(key, str) and len(key) <= WORD and isinstance(arguments, list):
                return _branch(key, arguments, path)
    _refuse("write a number, a string, or an object of one key with a list", path)


def _number(value: float, path: str) -> Node:
    if not abs(value) <= NUMBER:  # NaN is refused as well
        _refuse(f"a number lies between {-NUMBER:.0e} and {NUMBER:.0e}", path, code="too_large")
    number = Number(float(abs(value)))
    return Negation(number) if value < 0 else number


def _leaf(value: str, path: str) -> Node:
    if (text := _quoted(value)) is not None:
        return Text(text)
    if value.startswith("$"):
        return Parameter(_name(value[1:], path))
    return Name(_name(value, path))


def _branch(key: str, values: list[object], path: str) -> Node:
    branch = f"{path}.{key}" if path else key
    match key, values:
        case "[]", [operand, str(symbol)] if (inside := _quoted(symbol)) is not None:
            return OfSymbol(_node(operand, f"{branch}[0]"), inside)
        case ".", [operand, str(name)]:
            return Output(_node(operand, f"{branch}[0]"), _name(name, f"{branch}[1]"))
        case "@", [operand, str(timeframe)] if len(timeframe) <= WORD and TIMEFRAME.fullmatch(timeframe):
            return OnTimeframe(_node(operand, f"{branch}[0]"), timeframe)
    nodes = [_node(value, f"{branch}[{i}]") for i, value in enumerate(values)]
    return _operation(key, nodes, branch)


def _operation(key: str, nodes: list[Node], path: str) -> Node:
    match key, nodes:
        case "[]", [operand, bars]:
            return Lag(operand, bars)
        case "-", [operand]:
            return Negation(operand)
        case "not", [operand]:
            return Not(operand)
        case (("+" | "-" | "*" | "/"), [left, right]):
            return Calculation(key, left, right)
        case (("<" | "<=" | ">" | ">=" | "==" | "!="), [left, right]):
            return Comparing(key, left, right)
        case (("and" | "or"), [_, _, *_]):
            return Joined(key, tuple(nodes))
    if not NAME.fullmatch(key) or key in WORDS:
        _refuse(f"`{key}` does not go with {len(nodes)} values", path)
    return Call(_name(key, path), tuple(nodes))


def _quoted(value: str) -> str | None:
    """What stands between single quotes."""
    inside = value[1:-1]
    whole = len(value) >= 2 and value == f"'{inside}'" and len(inside) <= WORD
    return inside if whole and TEXT.fullmatch(inside) else None


def _name(value: str, path: str) -> str:
    if len(value) > WORD or not NAME.fullmatch(value) or value in WORDS:
        _refuse(f"`{value[:WORD]}` is no name; a text stands in single quotes", path)
    return value


def _refuse(sentence: str, path: str, *, code: Code = "syntax") -> NoReturn:
    raise LanguageError(code, sentence, path=path)
