"""Tokens that are kept as hashes, and personal data that its owner's key opens, and nothing else does."""

import json
import os
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from infra import keys
from shared import crypto
from shared.crypto import WrappedKey
from tests.conftest import NOON, forget

OWNER = uuid4()
DATA_KEY = bytes(range(32))


@pytest.fixture
def folder(keys_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Keys of the test's own, so that it may rotate and lose them."""
    own = tmp_path / "keys"
    copytree(keys_folder, own)
    monkeypatch.setenv("SECRETS_DIR", str(own))
    forget()
    yield own
    forget()


def rotate(folder: Path) -> None:
    keys.write(folder, keys.rotated(keys.read(folder), NOON))
    forget()


@given(st.text())
def test_what_was_sealed_opens_with_its_key_and_for_its_field(value: str) -> None:
    sealed = crypto.seal(DATA_KEY, value, field="phone")
    assert crypto.unseal(DATA_KEY, sealed, field="phone") == value
    assert sealed != crypto.seal(DATA_KEY, value, field="phone")


def test_a_sealed_value_does_not_pass_for_another_field_or_under_another_key() -> None:
    sealed = crypto.seal(DATA_KEY, "+34 600 000 000", field="phone")
    with pytest.raises(InvalidTag):
        crypto.unseal(DATA_KEY, sealed, field="first_name")
    with pytest.raises(InvalidTag):
        crypto.unseal(DATA_KEY[::-1], sealed, field="phone")


@pytest.mark.parametrize("place", [0, 20, -2])
def test_a_sealed_value_that_was_tampered_with_does_not_open(place: int) -> None:
    sealed = bytearray(crypto.seal(DATA_KEY, "a long enough text", field="phone").encode())
    sealed[place] = ord("A") if sealed[place] != ord("A") else ord("B")
    with pytest.raises(InvalidTag):
        crypto.unseal(DATA_KEY, sealed.decode(), field="phone")


def test_a_data_key_is_wrapped_for_one_owner(folder: Path) -> None:
    plain, wrapped = crypto.new_data_key(OWNER)
    assert len(plain) == 32
    assert plain not in wrapped.wrapped
    assert wrapped.key_id == crypto.current_key_id()
    assert crypto.unwrap(wrapped, owner=OWNER) == plain
    with pytest.raises(InvalidTag):
        crypto.unwrap(wrapped, owner=uuid4())


def test_no_two_owners_get_the_same_data_key(folder: Path) -> None:
    assert crypto.new_data_key(OWNER)[0] != crypto.new_data_key(OWNER)[0]


def test_after_a_rotation_the_old_master_key_opens_and_the_new_one_wraps(folder: Path) -> None:
    plain, old = crypto.new_data_key(OWNER)
    rotate(folder)
    assert crypto.current_key_id() != old.key_id
    assert crypto.unwrap(old, owner=OWNER) == plain
    new = crypto.wrap(plain, owner=OWNER)
    assert new.key_id == crypto.current_key_id()
    assert crypto.unwrap(new, owner=OWNER) == plain
    with pytest.raises(InvalidTag):
        crypto.unwrap(WrappedKey(new.key_id, old.wrapped), owner=OWNER)


def test_what_a_destroyed_master_key_wrapped_stays_closed(folder: Path) -> None:
    _, lost = crypto.new_data_key(OWNER)
    rotate(folder)
    ring = json.loads((folder / "master-keys").read_text())
    del ring["keys"][lost.key_id]
    (folder / "master-keys").write_text(json.dumps(ring))
    forget()
    with pytest.raises(KeyError):
        crypto.unwrap(lost, owner=OWNER)


def test_new_tokens_have_256_bits_and_fit_into_a_url() -> None:
    tokens = {crypto.new_token() for _ in range(100)}
    assert len(tokens) == 100
    assert {len(token) for token in tokens} == {43}
    assert set("".join(tokens)) <= set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")


def test_a_token_s_hash_is_its_sha_256() -> None:
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-4's own example
    assert crypto.token_hash("abc").hex() == digest


def test_a_derived_token_is_the_same_again_for_its_purpose_seed_and_key_alone(folder: Path) -> None:
    token = crypto.derived_token("refresh", "seed")
    assert crypto.derived_token("refresh", "seed") == token
    others = [crypto.derived_token("reset", "seed"), crypto.derived_token("refresh", "seeds")]
    others.append(crypto.derived_token("refreshs", "eed"))  # as if the border had moved
    rotate(folder)
    assert crypto.derived_token("refresh", "seed") == token
    (folder / "token-key").write_text("another key")
    forget()
    others.append(crypto.derived_token("refresh", "seed"))
    assert len({token, *others}) == 5


def test_the_key_files_are_their_owner_s_alone(tmp_path: Path) -> None:
    keys.keep(tmp_path / "keys")
    assert oct((tmp_path / "keys").stat().st_mode & 0o777) == "0o700"
    assert {oct(file.stat().st_mode & 0o777) for file in (tmp_path / "keys").iterdir()} == {"0o600"}
    before = keys.read(tmp_path / "keys")
    keys.keep(tmp_path / "keys")
    assert keys.read(tmp_path / "keys") == before
    assert set(os.listdir(tmp_path / "keys")) == {"jwks", "master-keys", "signing-key", "token-key"}
