"""`astrolabe deploy-local`: the sentences for whoever starts it too early, or at the wrong door."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest

from infra.local.home import Unprepared
from infra.localstack.deploy import LeftOut
from infra.localstack.deploy_local import check, left_out_lines
from infra.localstack.emulator import Emulator


class Stranger(BaseHTTPRequestHandler):
    """Any other program with a port of its own."""

    def do_POST(self) -> None:
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<p>Welcome.</p>")

    def log_message(self, *words: object) -> None:
        pass


@pytest.fixture
def stranger() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Stranger) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_where_nothing_answers_the_next_step_is_said() -> None:
    with pytest.raises(Unprepared) as told:
        check("http://127.0.0.1:1")
    assert str(told.value) == (
        "Nothing answers at http://127.0.0.1:1: run `make localstack` in another terminal."
    )


def test_another_program_on_the_port_is_no_local_aws(stranger: str) -> None:
    with pytest.raises(Unprepared) as told:
        check(stranger)
    assert str(told.value) == (f"What answers at {stranger} is no local AWS: another program has the port.")


def test_a_local_aws_without_a_database_is_said_before_anything_is_made(emulator: Emulator) -> None:
    with pytest.raises(Unprepared) as told:
        check(emulator.url)
    assert str(told.value) == (
        f"{emulator.url} has no secret astrolabe/database/admin, which names the database:"
        " `make localstack` starts both."
    )


def test_what_is_left_out_is_a_line_for_each_type() -> None:
    left_out = [
        LeftOut("aws:ec2/subnet:Subnet", "b", "none"),
        LeftOut("aws:acm/certificate:Certificate", "c", "unasked"),
        LeftOut("aws:ec2/subnet:Subnet", "a", "none"),
    ]
    assert list(left_out_lines(left_out)) == [
        "aws:acm/certificate:Certificate  c: unasked",
        "aws:ec2/subnet:Subnet  a, b: none",
    ]
