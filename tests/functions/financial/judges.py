"""Other people's programs that add our books up, and look at every balance."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

BEAN_CHECK = [str(Path(sys.executable).with_name("bean-check"))]
HLEDGER = ["hledger", "check", "accounts", "commodities", "-f"]
# No package of Python's, so nothing of ours installs it: where it is not, beancount judges alone.
needs_hledger = pytest.mark.skipif(shutil.which(HLEDGER[0]) is None, reason="hledger is not installed")


def complaints(program: list[str], journal: str, folder: Path) -> str:
    """What it has to say: nothing of a sound book."""
    file = folder / "book"
    file.write_text(journal, encoding="utf-8")
    told = subprocess.run(
        [*program, str(file)],
        capture_output=True,
        text=True,
        env=os.environ | {"LC_ALL": "C.UTF-8"},
        check=False,
    )
    words = told.stdout + told.stderr
    assert bool(told.returncode) == bool(words)
    return words
