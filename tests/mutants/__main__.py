"""`python -m tests.mutants [words]`: break each invariant in a copy of the tree, and see which test notices.

A mutant that no test notices is named, and the exit code is 1.
"""

import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.table import Table

from tests.mutants.money import MONEY, Mutant

ROOT = Path(__file__).resolve().parents[2]
LEFT_OUT = shutil.ignore_patterns(".git", ".venv", ".*_cache", ".hypothesis", "__pycache__", ".astrolabe*")
SLOW = ("test_books_machine", "test_races")
NOTICED = re.compile(r"^(?:FAILED|ERROR) (\S+)", re.MULTILINE)


def main(words: list[str]) -> int:
    chosen = [mutant for mutant in MONEY if all(word in mutant.invariant for word in words)]
    table = Table("what was broken", "the test that noticed")
    unnoticed = 0
    for mutant in chosen:
        test = noticed_by(mutant)
        unnoticed += test is None
        table.add_row(mutant.invariant, test or "[red]none[/]")
        sys.stderr.write(f"{mutant.invariant}: {test}\n")
    Console(width=160).print(table)
    return 1 if unnoticed else 0


def noticed_by(mutant: Mutant) -> str | None:
    with tempfile.TemporaryDirectory() as folder:
        tree = Path(folder) / "tree"
        shutil.copytree(ROOT, tree, ignore=LEFT_OUT)
        _break(tree / mutant.file, mutant)
        command = [
            sys.executable,
            "-m",
            "pytest",
            "-x",
            "-n",
            "0",
            "-m",
            "not soak",
            "-p",
            "no:cacheprovider",
        ]
        done = subprocess.run(
            [*command, *_in_order(tree / "tests/functions/financial", first=mutant.watched_by)],
            cwd=tree,
            capture_output=True,
            text=True,
            check=False,
        )
    if done.returncode == 0:
        return None
    found = NOTICED.search(done.stdout)
    if found is None:
        raise RuntimeError(done.stdout + done.stderr)
    return found[1].removeprefix("tests/")


def _in_order(folder: Path, *, first: str) -> list[Path]:
    """Who should notice, the others, and last what plays at random and takes long."""
    return sorted(folder.glob("test_*.py"), key=lambda file: (file.stem != first, file.stem in SLOW, file))


def _break(file: Path, mutant: Mutant) -> None:
    sound = file.read_text()
    if mutant.sound not in sound:
        raise SystemExit(f"{mutant.file} has no longer: {mutant.sound}")
    file.write_text(sound.replace(mutant.sound, mutant.broken))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
