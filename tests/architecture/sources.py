"""The code as data: files, their syntax trees, and what imports what."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import grimp

ROOT = Path(__file__).resolve().parents[2]
OURS = ("functions", "shared", "infra", "models", "tests")


@dataclass(frozen=True)
class Source:
    path: Path  # from the root
    text: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.text)

    def at(self, node: ast.AST) -> str:
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


def sources(*tops: str) -> Iterator[Source]:
    for path in sorted(path for top in tops for path in (ROOT / top).rglob("*.py")):
        yield Source(path.relative_to(ROOT), path.read_text())


@cache
def graph() -> grimp.ImportGraph:
    """Every import statement of functions, shared and infra, also those inside functions of theirs."""
    return grimp.build_graph("functions", "shared", "infra", include_external_packages=True, cache_dir=None)
