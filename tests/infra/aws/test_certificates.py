"""Whom the functions trust to be the database: what is fetched, and what of it reaches them."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from infra.aws import certificates
from infra.aws.program import program
from infra.bundle import Unbuildable
from tests.infra.aws.graph import HERE, graph

PEM = "-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----\n"


class Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:
        """Nobody reads it."""


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder))) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield "http://{}:{}".format(*server.server_address)
        server.shutdown()


def test_they_are_fetched_whole_or_not_at_all(tmp_path: Path) -> None:
    there = tmp_path / "there"
    there.mkdir()
    (there / "bundle.pem").write_text(PEM)
    (there / "page.html").write_text("<p>Sign in to this network</p>")
    kept = tmp_path / "kept" / "rds.pem"
    with serving(there) as url:
        with pytest.raises(Unbuildable, match="answers no certificates"):
            certificates._fetch(kept, f"{url}/page.html")
        with pytest.raises(Unbuildable, match="pulumi config set databaseCa"):
            certificates._fetch(kept, f"{url}/nothing.pem")
        assert not kept.exists()
        certificates._fetch(kept, f"{url}/bundle.pem")
    assert kept.read_text() == PEM


def test_without_an_answer_it_is_said_what_to_do(tmp_path: Path) -> None:
    with serving(tmp_path) as url:
        pass
    with pytest.raises(Unbuildable, match="pulumi config set databaseCa"):
        certificates._fetch(tmp_path / "rds.pem", url)


def test_every_function_has_them_and_the_logins_are_told_where(tmp_path: Path) -> None:
    file = tmp_path / "own.pem"
    file.write_text(PEM)
    found = graph(program, config={**HERE, "astrolabe:databaseCa": str(file)})
    layer = found.one("lambda/layerVersion", "astrolabe-dev-certificates")
    assert layer.inputs["code"] == {"certificates.pem": str(file)}
    assert {len(function.inputs["layers"]) for function in found.of("lambda/function")} == {2}
    owner = found.one("lambda/function", "astrolabe-dev-migrations")
    assert owner.inputs["environment"]["variables"]["DATABASE_CA_FILE"] == "/opt/certificates.pem"
