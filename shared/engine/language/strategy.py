"""A strategy file (TOML), or its canonical JSON → a definition."""

from collections.abc import Container, Mapping
from typing import Any

from shared.engine.language.bounds import FILE, WORD
from shared.engine.language.definition import Definition
from shared.engine.language.errors import LanguageError, did_you_mean, quoted
from shared.engine.language.reading import kind_of, read_definition
from shared.engine.language.rendering import written
from shared.engine.language.tables import Frame, Table
from shared.engine.language.timeframes import FINEST
from shared.engine.language.tree import Node, Parameter
from shared.engine.language.typed import Value

DOTS = 100  # in a line: Python's reader takes seconds for a key of thousands of parts


def read_strategy(text: str) -> Definition:
    if len(text) > FILE:
        raise LanguageError("too_large", f"the strategy is longer than {FILE} characters")
    if any(line.count(".") > DOTS for line in text.splitlines()):
        raise LanguageError("too_large", f"a line of the strategy has more than {DOTS} dots")
    import tomllib  # 6 ms: a stored strategy is JSON

    try:
        return strategy_from_json(tomllib.loads(text))
    except RecursionError:
        raise LanguageError("too_large", "the strategy nests too deep") from None
    except ValueError as error:  # a number of thousands of digits is no TOMLDecodeError
        raise LanguageError("syntax", f"this is no TOML: {str(error)[:120]}") from None


def strategy_from_json(document: object) -> Definition:
    frame = Frame()
    table = Table(document, "", frame)
    definition = read_definition(table, frame)
    table.known_keys_only()
    return definition._replace(document=table.canonical)


def with_parameters(definition: Definition, values: Mapping[str, Value]) -> Definition:
    """The same strategy with other values: whatever they decide is checked again, and no more."""
    given = checked(definition, values)
    document = _with(definition.document, given)
    if any(each.wanted == "constant" and reads(each.tree, given) for each in definition.expressions):
        return strategy_from_json(document)
    frame = Frame(definition.values | given, definition.timeframe or FINEST)
    for expression in definition.expressions:
        if reads(expression.tree, given):
            frame.check(expression.tree, expression.wanted, expression.path)
        else:
            frame.expressions.append(expression)
    return definition._replace(
        parameters=tuple(
            each._replace(value=given.get(each.name, each.value)) for each in definition.parameters
        ),
        expressions=tuple(frame.expressions),
        document=document,
    )


def reads(tree: Node, names: Container[str]) -> bool:
    """Whether one of these parameters stands in it."""
    if isinstance(tree, Parameter):
        return tree.name in names
    return any(reads(child, names) for child in tree.children)


def checked(definition: Definition, values: Mapping[str, Value]) -> dict[str, Value]:
    known = definition.values
    table = Table(values, "parameters", Frame())
    for name, value in values.items():
        if name not in known:
            meant = did_you_mean(name, known) or (f": there are {quoted(known)}" if known else "")
            raise LanguageError("unknown", f"unknown parameter `{name[:WORD]}`{meant}", path="parameters")
        if kind_of(value) != kind_of(known[name]):
            sentence = f"a {kind_of(known[name])} stands here, not a {kind_of(value)}"
            raise LanguageError("type", sentence, path=f"parameters.{name}")
    return {name: table.literal(name) for name in values}


def _with(document: Mapping[str, Any], values: Mapping[str, Value]) -> dict[str, Any]:
    if not values:
        return dict(document)
    stored = dict(document["parameters"])
    for name, value in values.items():
        plain = written(value) if isinstance(value, float) else value
        stored[name] = {**stored[name], "value": plain} if isinstance(stored[name], dict) else plain
    return {**document, "parameters": stored}
