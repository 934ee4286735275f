"""The platform's own secrets: what each is, how a new set is made, how keys are rotated."""

import base64
import json
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

Secrets = dict[str, str]


def new_secrets(now: datetime) -> Secrets:
    return {
        "token-key": _text(os.urandom(32)),
        **_signing(_dated("sign", now), {"keys": []}),
        **_masters(_dated("master", now), {}),
    }


def rotated(held: Secrets, now: datetime) -> Secrets:
    """New keys in front; the old ones stay for what they signed and wrapped."""
    master = json.loads(held["master-keys"])
    return {
        "token-key": held["token-key"],
        **signing_anew(held, now),
        **_masters(_dated("master", now), master["keys"]),
    }


def signing_anew(held: Secrets, now: datetime) -> Secrets:
    """A new pair in front; what the old ones signed stays valid until it ends."""
    return _signing(_dated("sign", now), json.loads(held["jwks"]))


def _signing(kid: str, published: dict[str, Any]) -> Secrets:
    key = Ed25519PrivateKey.generate()
    public = key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
    private = key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    jwk = {"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": kid, "x": _text(public)}
    return {
        "jwks": json.dumps({"keys": [jwk, *published["keys"]]}),  # before anybody signs by it
        "signing-key": json.dumps(jwk | {"d": _text(private)}),
    }


def _masters(name: str, others: dict[str, str]) -> Secrets:
    keys = others | {name: base64.b64encode(os.urandom(32)).decode()}
    return {"master-keys": json.dumps({"current": name, "keys": keys})}


def _dated(what: str, now: datetime) -> str:
    return f"{what}-{now:%Y%m%dT%H%M%S}-{os.urandom(2).hex()}"


def _text(value: bytes) -> str:
    return base64.urlsafe_b64encode(value).rstrip(b"=").decode()


def keep(folder: Path) -> None:
    """Make what is missing, outside the data and for its owner alone: a copy of the data opens nothing."""
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not (folder / "master-keys").exists():
        write(folder, new_secrets(datetime.now(UTC)))


def read(folder: Path) -> Secrets:
    return {file.name: file.read_text() for file in folder.iterdir() if not file.name.startswith(".")}


def write(folder: Path, secrets: Secrets) -> None:
    """Each file whole or not at all; the master keys last, as the sign that all are there."""
    for name, text in sorted(secrets.items(), key=lambda item: item[0] == "master-keys"):
        aside = folder / f".{name}"
        aside.touch(mode=0o600)
        aside.write_text(text)
        aside.rename(folder / name)
