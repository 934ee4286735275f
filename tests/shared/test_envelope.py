"""Personal data that its owner's key opens, and nothing else does."""

import json
from collections.abc import Iterator
from pathlib import Path
from shutil import copytree
from uuid import uuid4

import pytest
from cryptography.exceptions import InvalidTag
from hypothesis import given
from hypothesis import strategies as st

from infra import keys
from shared import envelope
from shared.aws import client
from shared.wrapped_key import WrappedKey
from tests.conftest import NOON, forget
from tests.shared.moto import Set

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
    sealed = envelope.seal(DATA_KEY, value, field="phone")
    assert envelope.unseal(DATA_KEY, sealed, field="phone") == value
    assert sealed != envelope.seal(DATA_KEY, value, field="phone")


def test_a_sealed_value_does_not_pass_for_another_field_or_under_another_key() -> None:
    sealed = envelope.seal(DATA_KEY, "+34 600 000 000", field="phone")
    with pytest.raises(InvalidTag):
        envelope.unseal(DATA_KEY, sealed, field="first_name")
    with pytest.raises(InvalidTag):
        envelope.unseal(DATA_KEY[::-1], sealed, field="phone")


@pytest.mark.parametrize("place", [0, 20, -2])
def test_a_sealed_value_that_was_tampered_with_does_not_open(place: int) -> None:
    sealed = bytearray(envelope.seal(DATA_KEY, "a long enough text", field="phone").encode())
    sealed[place] = ord("A") if sealed[place] != ord("A") else ord("B")
    with pytest.raises(InvalidTag):
        envelope.unseal(DATA_KEY, sealed.decode(), field="phone")


def test_a_data_key_is_wrapped_for_one_owner(folder: Path) -> None:
    plain, wrapped = envelope.new_data_key(OWNER)
    assert len(plain) == 32
    assert plain not in wrapped.wrapped
    assert wrapped.key_id == envelope.current_key_id()
    assert envelope.unwrap(wrapped, owner=OWNER) == plain
    with pytest.raises(InvalidTag):
        envelope.unwrap(wrapped, owner=uuid4())


def test_no_two_owners_get_the_same_data_key(folder: Path) -> None:
    assert envelope.new_data_key(OWNER)[0] != envelope.new_data_key(OWNER)[0]


def test_after_a_rotation_the_old_master_key_opens_and_the_new_one_wraps(folder: Path) -> None:
    plain, old = envelope.new_data_key(OWNER)
    rotate(folder)
    assert envelope.current_key_id() != old.key_id
    assert envelope.unwrap(old, owner=OWNER) == plain
    new = envelope.wrap(plain, owner=OWNER)
    assert new.key_id == envelope.current_key_id()
    assert envelope.unwrap(new, owner=OWNER) == plain
    with pytest.raises(InvalidTag):
        envelope.unwrap(WrappedKey(new.key_id, old.wrapped), owner=OWNER)


def test_what_a_destroyed_master_key_wrapped_stays_closed(folder: Path) -> None:
    _, lost = envelope.new_data_key(OWNER)
    rotate(folder)
    ring = json.loads((folder / "master-keys").read_text())
    del ring["keys"][lost.key_id]
    (folder / "master-keys").write_text(json.dumps(ring))
    forget()
    with pytest.raises(KeyError):
        envelope.unwrap(lost, owner=OWNER)


def new_master_key(aws: Set) -> str:
    """In KMS; the platform wraps by it from now on."""
    arn = str(client("kms").create_key()["KeyMetadata"]["Arn"])
    aws(KMS_KEY_ID=arn)
    return arn


def test_kms_wraps_a_data_key_for_one_owner(aws: Set) -> None:
    master = new_master_key(aws)
    plain, wrapped = envelope.new_data_key(OWNER)
    assert plain not in wrapped.wrapped
    assert (wrapped.key_id, envelope.current_key_id()) == (master, master)
    assert envelope.unwrap(wrapped, owner=OWNER) == plain
    with pytest.raises(client("kms").exceptions.InvalidCiphertextException):
        envelope.unwrap(wrapped, owner=uuid4())


def test_after_a_rotation_in_kms_the_old_master_key_opens_and_the_new_one_wraps(aws: Set) -> None:
    new_master_key(aws)
    plain, old = envelope.new_data_key(OWNER)
    newest = new_master_key(aws)
    assert envelope.current_key_id() == newest != old.key_id
    assert envelope.unwrap(old, owner=OWNER) == plain
    new = envelope.wrap(plain, owner=OWNER)
    assert new.key_id == newest
    assert envelope.unwrap(new, owner=OWNER) == plain
