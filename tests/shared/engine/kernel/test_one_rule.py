"""The rules of a fill stand once: only `fills.py` judges a bar's high or low by an order's level."""

import ast
from pathlib import Path

import shared.engine.kernel

KERNEL = Path(shared.engine.kernel.__file__).parent
BOOKED = {"cash", "cost"}
EXTREMES = {"high", "low", "inner_high", "inner_low"}


def extremes(node: ast.AST) -> bool:
    return any(isinstance(part, ast.Attribute) and part.attr in EXTREMES for part in ast.walk(node))


def judging(source: str) -> list[int]:
    """Lines that compare a high or a low, or take the smaller or greater of one."""
    found = []
    for node in ast.walk(ast.parse(source)):
        picks = isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("min", "max")
        if (isinstance(node, ast.Compare) or picks) and extremes(node):
            found.append(node.lineno)
    return found


def booking(source: str) -> list[int]:
    """Lines that change the cash or the cost of something that is no `self`."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.AugAssign)
        and isinstance(node.target, ast.Attribute)
        and node.target.attr in BOOKED
        and getattr(node.target.value, "id", "") != "self"
    ]


def test_only_fills_judges_and_the_search_only_proposes():
    judges = {path.name for path in KERNEL.glob("*.py") if judging(path.read_text())}
    assert judges == {"search.py"}  # `triggers` is given the high and the low by value


def test_only_book_moves_money_and_carrying_costs_do():
    assert {path.name for path in KERNEL.glob("*.py") if booking(path.read_text())} == {
        "fills.py",
        "closing.py",
    }


def test_the_search_calls_nothing_that_fills():
    named = {
        node.id
        for node in ast.walk(ast.parse((KERNEL / "search.py").read_text()))
        if isinstance(node, ast.Name)
    }
    assert named.isdisjoint({"trade", "leave", "fill", "book", "triggers", "fill_price"})


def test_a_second_rule_would_be_seen():
    assert judging("if desk.low[row] <= stop:\n    leave()") == [1]
    assert judging("price = min(level, bar.high)") == [1]
    assert judging("if desk.inner_high >= target:\n    leave()") == [1]
    assert booking("account.cash -= 5") == [1]


def test_every_sentence_has_its_test():
    page = (KERNEL.parent / "semantics.md").read_text()
    sentences = {word.strip("*").lower() for word in page.split() if word.startswith("**S")}
    tests = "".join(path.read_text() for path in Path(__file__).parent.glob("test_*.py"))
    assert len(sentences) == 54
    assert [name for name in sorted(sentences) if f"def test_{name}_" not in tests] == []
