"""What `python -m tests.mutants` breaks is still there to be broken."""

from pathlib import Path

import pytest

from tests.mutants.money import MONEY, Mutant

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("mutant", MONEY, ids=lambda mutant: mutant.invariant)
def test_the_code_that_a_mutant_breaks_is_there(mutant: Mutant) -> None:
    assert mutant.sound in (ROOT / mutant.file).read_text()
    assert mutant.sound != mutant.broken
