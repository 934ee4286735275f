"""Argon2, always outside a transaction: it takes its tens of milliseconds on purpose."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from pwdlib.hashers.bcrypt import BcryptHasher

from functions.auth.rules import password_fault
from shared.errors import Invalid

BCRYPT_READS = 72  # bytes; what is longer was never such a password
NOBODYS_HASH = (
    "$argon2id$v=19$m=65536,t=3,p=4$M2QEOezLk+FHYZhT5Zl0ag$h329bgQpEdxe3cC2QcopuzNQ9kOpIjFzkORkY0Oe0rM"
)


@dataclass(frozen=True)
class Proof:
    matches: bool
    rehashed: str | None = None  # the same password under today's hash


def refuse_weak(password: str, *, email: str) -> None:
    if fault := password_fault(password, email=email, common=common()):
        raise Invalid.of("password", fault)


def hashed(password: str) -> str:
    return _hasher().hash(password)


def proof(password: str, password_hash: str | None) -> Proof:
    """Where there is nothing to compare with, a hash is checked all the same, so that it takes as long."""
    if password_hash is None or _is_too_long_for(password_hash, password):
        _hasher().verify(password, NOBODYS_HASH)
        return Proof(matches=False)
    return Proof(*_hasher().verify_and_update(password, password_hash))


def _is_too_long_for(password_hash: str, password: str) -> bool:
    return password_hash.startswith("$2") and len(password.encode()) > BCRYPT_READS


@cache
def common() -> frozenset[str]:
    """Those of ten letters and more on zxcvbn's list of leaked passwords."""
    return frozenset((files("functions.auth") / "common_passwords.txt").read_text().split("\n"))


@cache
def _hasher() -> PasswordHash:
    return PasswordHash((Argon2Hasher(), BcryptHasher()))
