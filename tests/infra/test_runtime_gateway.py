"""The door: what it lets in, what a function sees of a request, and what a client hears of a failure."""

import asyncio
import base64
import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from infra.local.gateway import Gateway
from tests import web
from tests.infra.runtime import Running, config, running

ECHO = """
import json

def answer(event, context):
    return {"statusCode": 200, "body": json.dumps(event)}

handler = Handler(Trigger(kind="http", paths=("/v1/echo", "/v1/seen")), answer)
"""
DEEPER = """
handler = Handler(Trigger(kind="http", paths=("/v1/echo/deeper",)), lambda event, _: {"statusCode": 202})
"""
ANSWERS = """
import base64

def answer(event, context):
    match event["path"].rsplit("/")[-1]:
        case "several":
            headers = {"X-One": "1", "Set-Cookie": "lost"}
            cookies = {"Set-Cookie": ["a=1", "b=2"]}
            return {"statusCode": 201, "headers": headers, "multiValueHeaders": cookies, "body": "è"}
        case "binary":
            body = base64.b64encode(bytes(range(256))).decode()
            return {"statusCode": 200, "body": body, "isBase64Encoded": True}
        case "hop":
            headers = {"Connection": "close", "Transfer-Encoding": "chunked", "Content-Length": "7"}
            return {"statusCode": 200, "headers": {**headers, "X-Kept": "1"}, "body": "four"}
        case "nothing":
            return {"statusCode": 204}
        case "fail":
            raise ValueError("with a secret in it")
        case "exit":
            os._exit(1)
        case "slow":
            time.sleep(30)
        case "heavy":
            return {"statusCode": 200, "body": "x" * 6_300_000}
        case "no form":
            return {"answer": 1}
        case "sleep":
            time.sleep(0.3)
            return {"statusCode": 200, "body": "slept"}

handler = Handler(Trigger(kind="http", paths=("/v1/answers",), timeout=1), answer)
"""


@pytest.fixture(scope="module")
def platform(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    async def pages(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(f"page {scope['path']}")(scope, receive, send)

    files = {"echo/api.py": ECHO, "echo/deeper_api.py": DEEPER, "answers/api.py": ANSWERS}
    given = config(
        tmp_path_factory.mktemp("gateway"), files, pages=lambda _: pages, public_host="astrolabe.test"
    )
    with running(given) as platform:
        yield platform


@pytest.fixture(scope="module")
def client(platform: Running) -> Iterator[httpx.Client]:
    with web.Client(base_url=platform.url, timeout=10) as client:
        yield client


def problem(answer: httpx.Response) -> tuple[int, str]:
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["x-content-type-options"] == "nosniff"
    document = answer.json()
    assert document["status"] == answer.status_code
    assert document["type"] == "about:blank"
    return answer.status_code, document["code"]


def test_a_function_sees_the_request_as_api_gateway_tells_it(client: httpx.Client, platform: Running) -> None:
    answer = client.post(
        "/v1/echo/a%2Fb/c?x=1&x=2&empty=&sp=a+b%20c",
        headers=[("X-Two", "1"), ("X-Two", "2"), ("User-Agent", "browser")],
        content='{"name": "Zoë"}',
    )
    event = answer.json()
    context = event.pop("requestContext")
    port = platform.url.rsplit(":", 1)[1]
    assert event.pop("multiValueHeaders")["x-two"] == ["1", "2"]
    headers = event.pop("headers")
    assert (headers["x-two"], headers["host"]) == ("2", f"127.0.0.1:{port}")
    forwarded = [headers[f"x-forwarded-{what}"] for what in ("for", "port", "proto")]
    assert forwarded == ["127.0.0.1", port, "http"]
    assert event == {
        "resource": "/v1/echo/{proxy+}",
        "path": "/v1/echo/a%2Fb/c",
        "httpMethod": "POST",
        "queryStringParameters": {"x": "2", "empty": "", "sp": "a b c"},
        "multiValueQueryStringParameters": {"x": ["1", "2"], "empty": [""], "sp": ["a b c"]},
        "pathParameters": {"proxy": "a%2Fb/c"},
        "stageVariables": None,
        "body": '{"name": "Zoë"}',
        "isBase64Encoded": False,
    }
    assert context["identity"] == {"sourceIp": "127.0.0.1", "userAgent": "browser"}
    assert (context["httpMethod"], context["stage"], len(context["requestId"])) == ("POST", "local", 36)
    assert (context["path"], context["domainName"]) == ("/v1/echo/a%2Fb/c", f"127.0.0.1:{port}")


def test_what_a_request_lacks_is_null(client: httpx.Client) -> None:
    event = client.get("/v1/echo").json()
    assert (event["resource"], event["pathParameters"]) == ("/v1/echo", None)
    assert event["queryStringParameters"] is None
    assert event["multiValueQueryStringParameters"] is None
    assert event["body"] is None


def test_a_body_that_is_no_text_comes_as_base64(client: httpx.Client) -> None:
    event = client.post("/v1/echo", content=b"\xff\x00\x01").json()
    assert event["isBase64Encoded"] is True
    assert base64.b64decode(event["body"]) == b"\xff\x00\x01"


def test_nobody_says_who_asks_but_the_connection(client: httpx.Client) -> None:
    said = {"X-Forwarded-For": "10.9.8.7", "X-Forwarded-Proto": "https", "X-Forwarded-Port": "no number"}
    event = client.get("/v1/echo", headers=said).json()
    assert event["requestContext"]["identity"]["sourceIp"] == "127.0.0.1"
    assert event["headers"]["x-forwarded-for"] == "10.9.8.7, 127.0.0.1"
    assert event["multiValueHeaders"]["x-forwarded-proto"] == ["http"]
    assert event["headers"]["x-forwarded-port"].isdigit()


def test_what_concerns_one_connection_goes_no_further(client: httpx.Client) -> None:
    sent = {"Connection": "keep-alive, X-Mine", "X-Mine": "1", "TE": "trailers", "X-Other": "2"}
    event = client.get("/v1/echo", headers=sent).json()
    assert not {"connection", "x-mine", "te", "keep-alive"} & set(event["headers"])
    assert event["headers"]["x-other"] == "2"
    answer = client.get("/v1/answers/hop")
    assert (answer.headers["content-length"], answer.text) == ("4", "four")
    assert answer.headers["x-kept"] == "1"
    assert not {"connection", "transfer-encoding"} & set(answer.headers)


@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "DELETE", "PATCH"])
def test_every_method_is_passed_on(client: httpx.Client, method: str) -> None:
    answer = client.request(method, "/v1/echo")
    assert answer.status_code == 200
    if method == "HEAD":
        assert answer.text == ""
        assert int(answer.headers["content-length"]) > 300
    else:
        assert answer.json()["httpMethod"] == method


def test_an_answer_keeps_its_status_its_headers_and_its_bytes(client: httpx.Client) -> None:
    answer = client.get("/v1/answers/several")
    assert (answer.status_code, answer.headers["x-one"], answer.content) == (201, "1", "è".encode())
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert client.get("/v1/answers/binary").content == bytes(range(256))
    nothing = client.get("/v1/answers/nothing")
    assert (nothing.status_code, nothing.content) == (204, b"")
    assert "content-length" not in nothing.headers


def test_the_longest_path_wins_and_ends_at_a_slash(client: httpx.Client) -> None:
    assert client.get("/v1/echo/deeper").status_code == 202
    assert client.get("/v1/echo/deeper/still").status_code == 202
    assert client.get("/v1/echo/deeperst").json()["path"] == "/v1/echo/deeperst"
    assert client.get("/v1/seen/x").json()["resource"] == "/v1/seen/{proxy+}"
    assert problem(client.get("/v1/echoes")) == (404, "not_found")


def test_pages_have_every_path_that_is_no_functions(client: httpx.Client) -> None:
    assert client.get("/").text == "page /"
    assert client.get("/mail/1").text == "page /mail/1"
    assert client.get("/v1x").text == "page /v1x"
    assert problem(client.get("/v1/nothing")) == (404, "not_found")


def test_only_the_names_of_this_machine_lead_here(client: httpx.Client) -> None:
    def status(host: str, path: str) -> int:
        return client.get(path, headers={"Host": host}).status_code

    ours = ["127.0.0.1", "127.0.0.1:8000", "localhost", "LOCALHOST:1", "astrolabe.test"]
    foreign = [
        "evil.test",
        "evil.test:8000",
        "127.0.0.1.evil.test",
        "localhost.",
        "127.0.0.2",
        "",
        "::1",
        "[::1]",
    ]
    foreign += ["[::1]:8000", "localhost:port", "localhost@evil.test", "[::1", "xlocalhost"]
    for path in ("/", "/v1/echo"):
        assert [host for host in ours if status(host, path) != 200] == []
        assert [host for host in foreign if status(host, path) != 421] == []
    assert problem(client.get("/", headers={"Host": "evil.test"})) == (421, "misdirected")


def test_a_function_that_fails_is_a_problem_without_its_reason(client: httpx.Client) -> None:
    failed = client.get("/v1/answers/fail")
    assert problem(failed) == (502, "function_failed")
    assert "secret" not in failed.text
    assert len(failed.headers["x-request-id"]) == 36
    assert problem(client.get("/v1/answers/exit")) == (502, "function_failed")
    assert problem(client.get("/v1/answers/no form")) == (502, "function_failed")


def test_a_function_that_takes_too_long_is_a_problem(client: httpx.Client) -> None:
    assert problem(client.get("/v1/answers/slow")) == (504, "timed_out")
    assert client.get("/v1/echo").status_code == 200


def test_six_megabytes_are_the_most_either_way(client: httpx.Client) -> None:
    assert client.post("/v1/answers/hop", content=b"x" * 6_000_000).status_code == 200
    assert problem(client.post("/v1/answers/hop", content=b"x" * 6_300_000)) == (413, "request_too_large")
    assert problem(client.post("/v1/answers/hop", content=b"\xff" * 5_000_000)) == (413, "request_too_large")
    assert problem(client.get("/v1/answers/heavy")) == (502, "answer_too_large")


def test_who_may_not_wait_is_told_when_to_come_again(platform: Running) -> None:
    narrow = Gateway(platform.platform.functions, platform.platform.http, waiting=1, seconds=0.2)

    async def asked(times: int) -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=narrow, client=("127.0.0.1", 1))
        async with httpx.AsyncClient(transport=transport, base_url="http://localhost") as client:
            return await asyncio.gather(*(client.get("/v1/answers/sleep") for _ in range(times)))

    answers = platform.wait_for(asked(4))
    assert sorted(problem(answer) for answer in answers) == [
        (503, "busy"),
        (504, "timed_out"),
        (504, "timed_out"),
        (504, "timed_out"),
    ]
    assert [answer.headers["retry-after"] for answer in answers if answer.status_code == 503] == ["1"]


def test_many_clients_at_once_each_get_their_own_answer(client: httpx.Client) -> None:
    def ask(number: int) -> Any:
        return client.get(f"/v1/echo/{number}").json()["pathParameters"]["proxy"]

    with ThreadPoolExecutor(16) as clients:
        assert list(clients.map(ask, range(64))) == [str(number) for number in range(64)]


def test_no_answer_waits_for_the_clients_acknowledgement(client: httpx.Client) -> None:
    """Without TCP_NODELAY each one takes 40 ms."""
    times = [client.get("/v1/echo").elapsed.total_seconds() for _ in range(10)]
    assert min(times) < 0.03


def test_a_client_that_leaves_while_it_asks_calls_nobody(platform: Running) -> None:
    calls = platform.platform.http.calls["echo-api"]
    with socket.create_connection(("127.0.0.1", int(platform.url.rsplit(":", 1)[1]))) as line:
        line.sendall(b"POST /v1/echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\nhalf")
    assert httpx.get(f"{platform.url}/v1/echo").json()["body"] is None
    assert platform.platform.http.calls["echo-api"] == calls + 1
