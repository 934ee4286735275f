"""The modules of a package as one: what they call of one another, the C compiler sees and puts in place."""

import ast
from collections.abc import Iterator
from pathlib import Path

from shared.engine import built

NAME = "core"


def modules(package: Path) -> list[Path]:
    """Those that are compiled, each behind those that it imports."""
    waiting = {path.stem: path for path in sorted(package.glob("*.py")) if built.is_compiled(path)}
    ordered: list[Path] = []
    while waiting:
        ready = [name for name, path in waiting.items() if not _wanted(path, package) & waiting.keys()]
        if not ready:
            raise SystemExit(f"{package.name}: these import one another in a circle: {', '.join(waiting)}")
        ordered += [waiting.pop(name) for name in ready]
    return ordered


def join(package: Path, folder: Path) -> Path:
    """Their sources in one file, as deep in `folder` as the package lies, their declarations beside it."""
    paths = modules(package)
    names = [path.stem for path in paths]
    _no_name_twice(paths)
    source = folder.joinpath(*package.parts[-3:], f"{NAME}.py")
    source.parent.mkdir(parents=True)
    code = [_without(path.read_text(), package, names) for path in paths]
    source.write_text("\n".join([*code, f"MODULES = {names!r}\n"]))
    declared = [text.read_text() for path in paths if (text := path.with_suffix(".pxd")).exists()]
    source.with_suffix(".pxd").write_text("\n".join(["cimport cython", *declared]))
    return source


def _wanted(path: Path, package: Path) -> set[str]:
    """The modules of the package that it imports."""
    return {name for _, name in _imports(ast.parse(path.read_text()), package)}


def _imports(code: ast.Module, package: Path) -> Iterator[tuple[ast.ImportFrom, str]]:
    prefix = ".".join([*package.parts[-3:], ""])
    for node in code.body:
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(prefix):
            yield node, node.module.removeprefix(prefix)


def _without(code: str, package: Path, names: list[str]) -> str:
    """The code, less what it imports of the others; every line stays where it was."""
    lines = code.splitlines(keepends=True)
    for node, name in _imports(ast.parse(code), package):
        if name in names:
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = "\n"
    return "".join(lines)


def _no_name_twice(paths: list[Path]) -> None:
    owner: dict[str, str] = {}
    for path in paths:
        for name in _defined(path):
            if name in owner:
                raise SystemExit(f"{path.name} and {owner[name]} both define {name}")
            owner[name] = path.name


def _defined(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
        elif isinstance(node, ast.Assign):
            names |= {
                each.id for target in node.targets for each in ast.walk(target) if isinstance(each, ast.Name)
            }
    return names
