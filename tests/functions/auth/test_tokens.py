"""Access tokens: only our own, whole, in their time, and for this purpose."""

import base64
import hashlib
import hmac
import json
import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from shutil import copytree
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from infra import keys
from shared import clock as clocks
from shared.access import ISSUER
from shared.secrets import secret
from tests.calls import Api
from tests.conftest import Database, forget
from tests.functions.auth import make
from tests.functions.auth.conftest import Clock

LIFE = timedelta(minutes=15)


def encoded(part: dict[str, Any] | bytes) -> str:
    raw = part if isinstance(part, bytes) else json.dumps(part).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def decoded(part: str) -> dict[str, Any]:
    return dict(json.loads(base64.urlsafe_b64decode(part + "==")))


def resigned(token: str, *, header: dict[str, Any] | None = None, key: Any = None, **claims: Any) -> str:
    """The token with other contents, signed by us again, or by somebody with another key."""
    head, body, _ = token.split(".")
    held = json.loads(secret("signing-key"))
    kept = {name: value for name, value in (decoded(body) | claims).items() if value is not None}
    headers = {name: value for name, value in (decoded(head) | (header or {})).items() if value is not None}
    return jwt.encode(kept, key or jwt.PyJWK(held).key, algorithm="EdDSA", headers=headers)


def unsigned(token: str, algorithm: str) -> str:
    head, body, _ = token.split(".")
    return f"{encoded(decoded(head) | {'alg': algorithm})}.{body}."


def confused(token: str, secret_text: bytes) -> str:
    """Signed by HMAC with what everybody can read as its secret."""
    head, body, _ = token.split(".")
    signed = f"{encoded(decoded(head) | {'alg': 'HS256'})}.{body}"
    return f"{signed}.{encoded(hmac.digest(secret_text, signed.encode(), hashlib.sha256))}"


def public_key() -> Any:
    return jwt.PyJWK(json.loads(secret("jwks"))["keys"][0]).key


def public_texts() -> list[bytes]:
    """The public key, in every form that somebody could take for an HMAC secret."""
    key = public_key()
    return [
        key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo),
        key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo),
        key.public_bytes(Encoding.Raw, PublicFormat.Raw),
        json.loads(secret("jwks"))["keys"][0]["x"].encode(),
        b"",
    ]


def refused(token: str) -> tuple[int, Any]:
    answer = Api(token=token).get("/v1/auth/me")
    return answer.status, answer.json().get("code")


BAD = (401, "bad_token")


@pytest.fixture
def token(database: Database) -> str:
    make.account()
    return make.session().access_token


def test_a_token_opens_for_a_quarter_of_an_hour(token: str, clock: Clock) -> None:
    clock.forward(LIFE - timedelta(seconds=5))
    assert Api(token=token).get("/v1/auth/me").status == 200
    clock.forward(timedelta(seconds=5))
    assert refused(token) == BAD


def test_a_token_is_not_valid_before_its_time(token: str, clock: Clock) -> None:
    assert refused(resigned(token, nbf=int(clocks.now().timestamp()) + 60)) == BAD
    clock.forward(timedelta(seconds=-60))
    assert refused(token) == BAD


def test_a_token_without_a_signature_is_none(token: str) -> None:
    for algorithm in ("none", "None", "NONE", "", "EdDSA"):
        assert refused(unsigned(token, algorithm)) == BAD


def test_the_public_key_is_no_secret_to_sign_with(token: str) -> None:
    assert [refused(confused(token, text)) for text in public_texts()] == [BAD] * 5


def test_another_algorithm_is_refused_though_its_key_be_good(token: str) -> None:
    head, body, _ = token.split(".")
    key = generate_private_key(public_exponent=65537, key_size=2048)
    kid = decoded(head)["kid"]
    assert refused(jwt.encode(decoded(body), key, algorithm="RS256", headers={"kid": kid})) == BAD


def test_a_key_that_is_not_ours_is_not_looked_for(token: str) -> None:
    head, body, signature = token.split(".")
    unnamed = {name: value for name, value in decoded(head).items() if name != "kid"}
    named = [unnamed | {"kid": kid} for kid in ("another", "", None, 7, ["a"], {"a": "b"}, "../jwks")]
    for header in (unnamed, *named):
        assert refused(f"{encoded(header)}.{body}.{signature}") == BAD


def test_a_stranger_s_key_does_not_pass_under_our_key_s_name(token: str) -> None:
    key = Ed25519PrivateKey.generate()
    stranger = {"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}, "jku": "http://127.0.0.1/jwks.json"}
    assert [refused(resigned(token, key=key)), refused(resigned(token, key=key, header=stranger))] == [
        BAD
    ] * 2


def test_a_claim_that_is_wrong_or_missing_is_refused_though_we_signed_it(token: str) -> None:
    wrong: list[dict[str, Any]] = [
        {"iss": "somebody"},
        {"aud": "somebody"},
        {"aud": [ISSUER + "2"]},
        {"exp": 1},
        {"exp": "tomorrow"},
        {"nbf": "now"},
        {"sub": "not-an-id"},
        {"sid": "not-an-id"},
    ]
    missing: list[dict[str, Any]] = [
        {name: None} for name in ("iss", "aud", "exp", "nbf", "iat", "sub", "sid", "role")
    ]
    assert Api(token=resigned(token)).get("/v1/auth/me").status == 200
    for claims in (*wrong, *missing):
        assert refused(resigned(token, **claims)) == BAD, claims


def test_what_was_changed_after_signing_is_refused(token: str) -> None:
    head, body, signature = token.split(".")
    assert refused(f"{head}.{encoded(decoded(body) | {'role': 'admin'})}.{signature}") == BAD
    assert refused(f"{head}.{body}.{encoded(bytes(64))}") == BAD


def test_a_refresh_token_is_no_access_token(token: str) -> None:
    assert refused(make.session().refresh_token) == BAD


def test_what_is_no_token_at_all_is_refused_alike(database: Database) -> None:
    for text in (
        "x",
        ".",
        "..",
        "...",
        "a.b.c",
        "e30.e30.e30",
        "\xf0\x9f\x99\x82",
        "x" * 20_000,
        "null",
        "Bearer",
    ):
        assert refused(text) == BAD, text


def test_without_a_token_one_is_asked_for(database: Database) -> None:
    for header in ("", "Bearer", "Bearer ", "Basic YWRhOmFkYQ==", "token"):
        answer = Api(headers={"authorization": header}).get("/v1/auth/me")
        assert (answer.status, answer.json()["code"]) == (401, "unauthenticated")
        assert answer.headers["www-authenticate"] == "Bearer"


@contextmanager
def serving(text: str) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.end_headers()
            self.wfile.write(text.encode())

        def log_message(self, *_: Any) -> None: ...

    with HTTPServer(("127.0.0.1", 0), Answer) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/.well-known/jwks.json"
        server.shutdown()
        thread.join()


def test_anybody_can_check_a_token_with_the_published_keys_and_stock_software(token: str) -> None:
    published = Api().get("/.well-known/jwks.json")
    assert published.status == 200
    assert {"d", "p", "q", "k"} & {name for key in published.json()["keys"] for name in key} == set()
    with serving(published.text) as url:
        key = jwt.PyJWKClient(url).get_signing_key_from_jwt(token)
    claims = jwt.decode(token, key, algorithms=["EdDSA"], audience=ISSUER, issuer=ISSUER)
    assert (claims["role"], claims["exp"] - claims["iat"]) == ("user", 900)


def test_a_rotated_key_signs_from_now_on_and_the_old_one_still_counts(
    token: str, keys_folder: Path, tmp_path: Path
) -> None:
    folder = tmp_path / "keys"
    copytree(keys_folder, folder)
    keys.write(folder, keys.rotated(keys.read(folder), clocks.now()))
    os.environ["SECRETS_DIR"] = str(folder)
    forget()
    new = make.session().access_token
    assert jwt.get_unverified_header(new)["kid"] != jwt.get_unverified_header(token)["kid"]
    assert [Api(token=held).get("/v1/auth/me").status for held in (token, new)] == [200, 200]
    assert published() == [jwt.get_unverified_header(held)["kid"] for held in (new, token)]


def published() -> list[str]:
    return [key["kid"] for key in Api().get("/.well-known/jwks.json").json()["keys"]]


def test_a_rotated_set_is_published_within_a_minute_by_whoever_runs(
    clock: Clock, keys_folder: Path, tmp_path: Path
) -> None:
    folder = copytree(keys_folder, tmp_path / "keys")
    os.environ["SECRETS_DIR"] = str(folder)
    forget()
    (old,) = published()
    keys.write(folder, keys.rotated(keys.read(folder), clocks.now()))
    clock.forward(timedelta(minutes=1))
    _, still = published()
    assert still == old
