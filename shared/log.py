"""Structured logs: one line a call from the edge; inside, only facts an operator acts on."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import Any

from aws_lambda_powertools import Logger

from shared.settings import settings


@cache
def _logger() -> Logger:
    return Logger(service="astrolabe", level=settings().log_level, log_uncaught_exceptions=False)


@contextmanager
def call(name: str, *, request_id: str, **facts: Any) -> Iterator[dict[str, Any]]:
    """The edge's line about one call; the block may add facts: ids, names, counts, never a body, a token or a
    person's data. An exception goes on to the caller, with its traceback logged.
    """
    began = time.perf_counter()
    fields = {"function": name, "request_id": request_id, "outcome": "done", **facts}
    try:
        yield fields
    except Exception:
        fields["outcome"] = "failed"
        _logger().exception("call failed", extra=fields)
        raise
    finally:
        _logger().info("call", extra=fields | {"ms": round((time.perf_counter() - began) * 1000, 1)})


def fact(message: str, **facts: Any) -> None:
    _logger().warning(message, extra=facts)
