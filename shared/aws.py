"""AWS clients, made at first use: boto3 alone costs a cold start 150 ms."""

from functools import cache
from typing import Any

TIMEOUT = 5  # seconds, to connect and to read


@cache
def client(service: str) -> Any:
    import boto3
    from botocore.config import Config

    config = Config(
        connect_timeout=TIMEOUT,
        read_timeout=TIMEOUT,
        retries={"mode": "standard", "total_max_attempts": 3},
    )
    return boto3.client(service, config=config)  # type: ignore[call-overload]
