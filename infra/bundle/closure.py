"""What a function needs, read off its imports, the deferred ones too: our modules, others' packages."""

import sys
from functools import cache

from grimp import ImportGraph, build_graph

from infra.bundle.bytecode import Unbuildable

OURS = ("functions", "infra", "shared")
# Imported by a name or a path made at run time, which no graph of imports shows: who does it, and what.
FOUND_LATER = {"infra.database": "infra.migrations.*", "infra.migrations.whole": "functions.*.tables"}


def modules(entry: str) -> frozenset[str]:
    """Ours, the entry among them, and the packages they lie in, whose own files run first."""
    graph = _graph(_top(entry))
    return frozenset(name for name in _reached(entry) if not graph.is_module_squashed(name))


def packages(entry: str) -> frozenset[str]:
    """Those of others, by the name that is imported; Python's own left out."""
    return _reached(entry) - modules(entry) - sys.stdlib_module_names


def reached(entry: str, *, of: ImportGraph) -> frozenset[str]:
    """All that importing a module may import: a package's own file runs before what lies in it."""
    found: set[str] = set()
    todo = {entry}
    while todo:
        found |= todo
        nearest = {other for name in todo for other in of.find_modules_directly_imported_by(name)}
        parents = {name.rpartition(".")[0] for name in todo | nearest} & of.modules
        todo = (nearest | parents) - found
    return frozenset(found)


@cache
def _reached(entry: str) -> frozenset[str]:
    graph = _graph(_top(entry))
    if entry not in graph.modules:
        raise Unbuildable(f"{entry} is in no package: every folder above it needs an __init__.py.")
    return reached(entry, of=graph)


@cache
def _graph(top: str) -> ImportGraph:
    """Of our packages, and of the entry's own where a test has written one elsewhere."""
    graph = build_graph(*sorted({*OURS, top}), include_external_packages=True, cache_dir=None)
    for importer, pattern in FOUND_LATER.items():
        for imported in graph.find_matching_modules(pattern) - {importer}:
            graph.add_import(importer=importer, imported=imported)
    return graph


def _top(module: str) -> str:
    return module.partition(".")[0]
