"""HTTP as API Gateway's REST proxy tells it to a function (version 1), and the function's answer back."""

import base64
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import parse_qsl

from starlette.responses import Response

# What belongs to one connection and goes no further (RFC 9110, 7.6.1).
HOP_BY_HOP = {"connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection"}
HOP_BY_HOP |= {"te", "trailer", "transfer-encoding", "upgrade"}
COUNTED = {"content-length"}  # anew, from the body
FORWARDED = {"x-forwarded-for", "x-forwarded-port", "x-forwarded-proto"}  # ours to say
BODILESS = (204, 304)


class Malformed(Exception):
    """The function did not keep to the form of an answer."""


def request_event(
    scope: Mapping[str, Any], body: bytes, *, prefix: str, request_id: str, now: datetime
) -> dict[str, Any]:
    path: str = scope["raw_path"].decode("latin-1")
    below = path.removeprefix(prefix).removeprefix("/")
    text, is_base64 = _as_text(body)
    query = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
    return {
        "resource": f"{prefix}/{{proxy+}}" if below else prefix,
        "path": path,
        "httpMethod": scope["method"],
        **_both("headers", "multiValueHeaders", _request_headers(scope)),
        **_both("queryStringParameters", "multiValueQueryStringParameters", query),
        "pathParameters": {"proxy": below} if below else None,
        "stageVariables": None,
        "requestContext": _context(scope, path=path, request_id=request_id, now=now),
        "body": text,
        "isBase64Encoded": is_base64,
    }


def function_answer(result: Any) -> Response:
    try:
        status, body = int(result["statusCode"]), result.get("body") or ""
        content = base64.b64decode(body, validate=True) if result.get("isBase64Encoded") else body.encode()
        headers = list(_answer_headers(result))
    except (AttributeError, KeyError, TypeError, ValueError) as error:
        raise Malformed(repr(error)) from error
    if not 200 <= status <= 599 or (content and status in BODILESS):
        raise Malformed(f"status {status} with {len(content)} bytes")
    answer = Response(content, status)
    answer.raw_headers += headers
    return answer


def _answer_headers(result: Mapping[str, Any]) -> Iterator[tuple[bytes, bytes]]:
    """Where a name stands in both forms, the list says more."""
    several = result.get("multiValueHeaders") or {}
    single = {name: [value] for name, value in (result.get("headers") or {}).items()}
    for name, values in {**single, **several}.items():
        if name.lower() not in HOP_BY_HOP | COUNTED:
            yield from ((name.lower().encode("ascii"), str(value).encode("latin-1")) for value in values)


def _request_headers(scope: Mapping[str, Any]) -> list[tuple[str, str]]:
    headers = [(name.decode("latin-1"), value.decode("latin-1")) for name, value in scope["headers"]]
    connection = ",".join(value for name, value in headers if name == "connection")
    named = {word.strip().lower() for word in connection.split(",")}
    client, port = scope["client"][0], str(scope["server"][1])
    hops = [value for name, value in headers if name == "x-forwarded-for"]
    kept = [header for header in headers if header[0] not in HOP_BY_HOP | FORWARDED | named]
    ours = [("x-forwarded-for", ", ".join([*hops, client])), ("x-forwarded-port", port)]
    return [*kept, *ours, ("x-forwarded-proto", "http")]


def _both(single: str, several: str, pairs: list[tuple[str, str]]) -> dict[str, Any]:
    """The last value of each name, and all of them; null where there is none."""
    lists: dict[str, list[str]] = {}
    for name, value in pairs:
        lists.setdefault(name, []).append(value)
    return {single: dict(pairs) or None, several: lists or None}


def _as_text(body: bytes) -> tuple[str | None, bool]:
    try:
        return body.decode() or None, False
    except UnicodeDecodeError:
        return base64.b64encode(body).decode(), True


def _context(scope: Mapping[str, Any], *, path: str, request_id: str, now: datetime) -> dict[str, Any]:
    headers = dict(scope["headers"])
    return {
        "accountId": "000000000000",
        "apiId": "local",
        "domainName": headers.get(b"host", b"").decode("latin-1"),
        "httpMethod": scope["method"],
        "identity": {
            "sourceIp": scope["client"][0],
            "userAgent": headers.get(b"user-agent", b"").decode("latin-1"),
        },
        "path": path,
        "protocol": f"HTTP/{scope['http_version']}",
        "requestId": request_id,
        "requestTime": now.strftime("%d/%b/%Y:%H:%M:%S +0000"),
        "requestTimeEpoch": int(now.timestamp() * 1000),
        "stage": "local",
    }
