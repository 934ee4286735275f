"""A strategy file (TOML), or its canonical JSON → a definition."""

import json
from collections.abc import Mapping

from shared.engine.language.bounds import FILE, WORD
from shared.engine.language.definition import Definition
from shared.engine.language.errors import LanguageError, did_you_mean, quoted
from shared.engine.language.reading import kind_of, read_definition
from shared.engine.language.tables import Frame, Table
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
    canonical = json.dumps(table.canonical, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return definition._replace(canonical=canonical)


def with_parameters(definition: Definition, values: Mapping[str, Value]) -> Definition:
    """The same strategy with other values: whatever they decide is checked again."""
    document = json.loads(definition.canonical)
    for name, value in values.items():
        if name not in definition.values:
            known = definition.values
            meant = did_you_mean(name, known) or (f": there are {quoted(known)}" if known else "")
            raise LanguageError("unknown", f"unknown parameter `{name[:WORD]}`{meant}", path="parameters")
        if kind_of(value) != kind_of(definition.values[name]):
            sentence = f"a {kind_of(definition.values[name])} stands here, not a {kind_of(value)}"
            raise LanguageError("type", sentence, path=f"parameters.{name}")
        stored = document["parameters"][name]
        document["parameters"][name] = {**stored, "value": value} if isinstance(stored, dict) else value
    return strategy_from_json(document)
