"""How much a rule may ask for: what is beyond is refused before it costs anything."""

from shared.engine.language.errors import LanguageError, at
from shared.engine.language.tree import Node

TEXT = 64 * 1024  # characters of a rule
FILE = 32 * 1024  # characters of a strategy
DEPTH = 32  # of a tree: far below what Python's stack carries
NODES = 500
WORD = 64  # characters of a name, or of a text in quotes
DIGITS = 40  # characters of a number
NUMBER = 1e15  # beyond it, a float does not tell cents apart
WINDOW = 10_000  # bars of one indicator or one lag
LOOK_BACK = 10_000_000  # bars before a rule says anything: no run has more
COST = 500  # passes over the bars


def measure(tree: Node) -> None:
    """Refuse a tree that is too deep or too wide, level by level: without recursion."""
    depth, count, level = 1, 1, tree.children
    while level:
        depth += 1
        count += len(level)
        if depth > DEPTH:
            place = level[-1].place
            raise LanguageError(
                "too_large", f"the rule nests deeper than {DEPTH} levels{at(place)}", place=place
            )
        if count > NODES:
            sentence = f"the rule has more than {NODES} parts"
            raise LanguageError("too_large", sentence, place=level[NODES - count].place)
        level = tuple([child for node in level for child in node.children])
