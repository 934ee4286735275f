"""The driver over TCP: plain to this machine, in TLS to any other."""

import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import certifi
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from pg8000.dbapi import InterfaceError
from sqlalchemy import URL, make_url
from sqlalchemy.exc import DBAPIError

from shared.db.driver import connect
from shared.db.session import engine
from tests.conftest import forget

ELSEWHERE = "127.1"  # the same address, in a spelling that the driver takes for a name
SSL_REQUEST = bytes.fromhex("0000000804d2162f")
BIG = 300_000


@contextmanager
def listening(url: str, tls: ssl.SSLContext | None = None) -> Iterator[URL]:
    """The server on a TCP port. Its own TLS is not in every build of it: this stands in."""
    target = make_url(url)
    upstream = str(target.query["unix_sock"])
    with socket.create_server(("127.0.0.1", 0)) as front:
        accepting = threading.Thread(target=_accept, args=(front, upstream, tls))
        accepting.start()
        try:
            yield target.set(query={}, host="127.0.0.1", port=front.getsockname()[1])
        finally:
            front.shutdown(socket.SHUT_RDWR)
            accepting.join()


def _accept(front: socket.socket, upstream: str, tls: ssl.SSLContext | None) -> None:
    """One client after the other."""
    with suppress(OSError):
        while True:
            client, _ = front.accept()
            with client, suppress(OSError):
                _serve(client, upstream, tls)


def _serve(client: socket.socket, upstream: str, tls: ssl.SSLContext | None) -> None:
    if tls:
        assert client.recv(8) == SSL_REQUEST
        client.sendall(b"S")
        client = tls.wrap_socket(client, server_side=True)
    with client, socket.socket(socket.AF_UNIX) as server:
        server.connect(upstream)
        answers = threading.Thread(target=_pump, args=(server, client))
        answers.start()
        _pump(client, server)
        answers.join()


def _pump(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while data := source.recv(65536):
            target.sendall(data)
    for end in (source, target):
        with suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Self-signed, with its key in the same file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "test")])
    now = datetime.now(UTC)
    signed = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(ELSEWHERE)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    file = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    file.write_bytes(signed.public_bytes(Encoding.PEM) + private)
    return file


@pytest.fixture
def encrypting(certificate: Path) -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(certificate)
    return context


def test_this_machine_is_spoken_to_plainly_and_without_delay(url: str) -> None:
    with listening(url) as target, connect(target, application_name="tests") as connection:
        assert connection._usock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
        assert connection.open([("show application_name", ())]) == [[("tests",)]]


def test_another_machine_must_speak_tls(url: str) -> None:
    with listening(url) as target, pytest.raises(InterfaceError):
        connect(target.set(host=ELSEWHERE), connect_timeout=2)


def test_another_machine_is_verified_where_its_authority_is_given(
    url: str, certificate: Path, encrypting: ssl.SSLContext
) -> None:
    with listening(url, encrypting) as target:
        elsewhere = target.set(host=ELSEWHERE)
        with connect(trusting(certificate, elsewhere)) as connection:
            assert connection._usock.version() == "TLSv1.3"
            assert connection._usock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY) == 1
        with connect(elsewhere) as connection:
            assert connection._usock.version() == "TLSv1.3"
        with pytest.raises(InterfaceError, match="certificate"):
            connect(trusting(certificate, target.set(host="localhost")))


def test_a_function_s_database_is_verified_where_its_authority_is_set(
    url: str, certificate: Path, encrypting: ssl.SSLContext, monkeypatch: pytest.MonkeyPatch
) -> None:
    with listening(url, encrypting) as target:
        elsewhere = target.set(host=ELSEWHERE)
        assert logged_in(trusting(certificate, elsewhere), monkeypatch) == "TLSv1.3"
        with pytest.raises(DBAPIError, match="certificate verify failed"):
            logged_in(
                trusting(Path(certifi.where()), elsewhere), monkeypatch
            )  # no authority of the world vouches


def trusting(authority: Path, url: URL) -> URL:
    return url.update_query_dict({"sslrootcert": str(authority)})


def logged_in(url: URL, monkeypatch: pytest.MonkeyPatch) -> str:
    """As a function does, by its settings: the kind of TLS."""
    monkeypatch.setenv("DATABASE_URL_SYSTEM", url.render_as_string(hide_password=False))
    forget()
    try:
        with engine("fn_system").connect() as connection:
            return str(connection.connection.dbapi_connection._usock.version())
    finally:
        forget()


def test_long_messages_and_long_answers_pass_through_tls(url: str, encrypting: ssl.SSLContext) -> None:
    with listening(url, encrypting) as target:
        with connect(target.set(host=ELSEWHERE), timeout=20) as connection:
            rows = [("x" * BIG, n) for n in range(20)]
            answered = connection.execute_rows("select $1 || $2::int::text", rows, ())
        assert [len(answer) for (answer,) in answered.rows] == [BIG + len(str(n)) for n in range(20)]
