"""An answer that is too large to travel: stored, and answered by where it lies."""

import base64
import gzip
import json
from collections.abc import Mapping
from datetime import timedelta
from http import HTTPStatus
from typing import Any

from shared import storage
from shared.ids import new_id

LARGE = 4_000_000  # bytes: in base64 they are 5.3 million of the 6 that Lambda lets through
LIFE = timedelta(minutes=10)  # in which to follow
OF_THE_BODY = {"content-type", "content-length", "content-encoding", "content-disposition", "etag"}
OF_THE_BODY |= {"last-modified", "vary", "cache-control"}


def stored_if_large(answer: dict[str, Any]) -> dict[str, Any]:
    """In the form that API Gateway takes. What is no success is small, or stays what it is."""
    if answer["statusCode"] >= HTTPStatus.MULTIPLE_CHOICES or _weight(answer) <= LARGE:
        return answer
    headers = answer["headers"]
    key = f"{storage.PASSING}{new_id()}"
    storage.put(key, _content(answer), headers["content-type"])
    kept = {name: value for name, value in headers.items() if name not in OF_THE_BODY}
    leading = {"location": storage.url(key, LIFE), "cache-control": "no-store"}
    elsewhere = {"statusCode": int(HTTPStatus.SEE_OTHER), "headers": kept | leading}
    return answer | elsewhere | {"body": "", "isBase64Encoded": False}


def _weight(answer: Mapping[str, Any]) -> int:
    """In bytes; a text is a string of JSON on its way, with a mark before each quote."""
    body: str = answer["body"]
    if answer["isBase64Encoded"]:
        return len(body) * 3 // 4
    if len(body) * 4 <= LARGE:  # 4 bytes are the most that a character takes
        return 0
    return len(json.dumps(body, ensure_ascii=False).encode())


def _content(answer: Mapping[str, Any]) -> bytes:
    body: str = answer["body"]
    content = base64.b64decode(body) if answer["isBase64Encoded"] else body.encode()
    is_packed = answer["headers"].get("content-encoding") == "gzip"
    return gzip.decompress(content) if is_packed else content
