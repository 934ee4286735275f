"""Tokens that are stored nowhere."""

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree

import pytest

from functions.auth.derived import derived_token
from infra import keys
from tests.conftest import NOON, forget


@pytest.fixture
def folder(keys_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Keys of the test's own, so that it may rotate and lose them."""
    own = tmp_path / "keys"
    copytree(keys_folder, own)
    monkeypatch.setenv("SECRETS_DIR", str(own))
    forget()
    yield own
    forget()


def test_a_derived_token_is_the_same_again_for_its_purpose_seed_and_key_alone(folder: Path) -> None:
    token = derived_token("refresh", "seed")
    assert derived_token("refresh", "seed") == token
    others = [derived_token("reset", "seed"), derived_token("refresh", "seeds")]
    others.append(derived_token("refreshs", "eed"))  # as if the border had moved
    keys.write(folder, keys.rotated(keys.read(folder), NOON))
    forget()
    assert derived_token("refresh", "seed") == token
    (folder / "token-key").write_text("another key")
    forget()
    others.append(derived_token("refresh", "seed"))
    assert len({token, *others}) == 5
