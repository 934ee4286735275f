"""The rule language, strategies as data: text ⇄ tree ⇄ JSON, and what a rule means to the engine.

What it means to a person stands apart, for its many words: `explaining`, `explaining_strategy`.
"""

from shared.engine.language.checking import Meaning, check
from shared.engine.language.definition import Definition
from shared.engine.language.errors import LanguageError, Place
from shared.engine.language.json_form import from_json, to_json
from shared.engine.language.parser import parse
from shared.engine.language.rendering import render
from shared.engine.language.strategy import read_strategy, strategy_from_json, with_parameters
from shared.engine.language.tree import Node

__all__ = [
    "Definition",
    "LanguageError",
    "Meaning",
    "Node",
    "Place",
    "check",
    "from_json",
    "parse",
    "read_strategy",
    "render",
    "strategy_from_json",
    "to_json",
    "with_parameters",
]
