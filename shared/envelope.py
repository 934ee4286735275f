"""Personal data kept under a key of its owner.

A user's own data key seals the user's data; a master key, in KMS or in a file on one machine,
wraps the data key and is named beside it. Rotating wraps anew and leaves alone what is sealed; destroying
the data key erases.
"""

import base64
import json
import os
from dataclasses import dataclass
from functools import cache
from uuid import UUID

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from shared.aws import client
from shared.crypto import url_text
from shared.secrets import secret
from shared.settings import settings
from shared.wrapped_key import WrappedKey

NONCE = 12  # bytes


def new_data_key(owner: UUID) -> tuple[bytes, WrappedKey]:
    plain = AESGCM.generate_key(256)
    return plain, wrap(plain, owner=owner)


def wrap(data_key: bytes, *, owner: UUID) -> WrappedKey:
    if kms_key := settings().kms_key_id:
        context = {"user": str(owner)}
        answer = client("kms").encrypt(KeyId=kms_key, Plaintext=data_key, EncryptionContext=context)
        return WrappedKey(answer["KeyId"], answer["CiphertextBlob"])
    ring = _master_keys()
    return WrappedKey(ring.current, _seal(ring.keys[ring.current], data_key, owner.bytes))


def unwrap(key: WrappedKey, *, owner: UUID) -> bytes:
    """By the key that wrapped it, which need not be the current one."""
    if settings().kms_key_id:
        context = {"user": str(owner)}
        answer = client("kms").decrypt(
            KeyId=key.key_id, CiphertextBlob=key.wrapped, EncryptionContext=context
        )
        return bytes(answer["Plaintext"])
    return _open(_master_keys().keys[key.key_id], key.wrapped, owner.bytes)


def current_key_id() -> str:
    return settings().kms_key_id or _master_keys().current


def seal(data_key: bytes, value: str, *, field: str) -> str:
    """Bound to its field: a sealed phone number does not open as a name."""
    return url_text(_seal(data_key, value.encode(), field.encode()))


def unseal(data_key: bytes, sealed: str, *, field: str) -> str:
    return _open(data_key, base64.urlsafe_b64decode(sealed + "=="), field.encode()).decode()


@dataclass(frozen=True)
class _Ring:
    current: str
    keys: dict[str, bytes]


@cache
def _master_keys() -> _Ring:
    held = json.loads(secret("master-keys"))
    return _Ring(held["current"], {name: base64.b64decode(key) for name, key in held["keys"].items()})


def _seal(key: bytes, plain: bytes, bound_to: bytes) -> bytes:
    nonce = os.urandom(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, bound_to)


def _open(key: bytes, sealed: bytes, bound_to: bytes) -> bytes:
    return AESGCM(key).decrypt(sealed[:NONCE], sealed[NONCE:], bound_to)
