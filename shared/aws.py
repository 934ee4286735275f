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
        # Unasked, boto3 presigns S3's URLs by SigV2, and for a host outside the region.
        signature_version="s3v4" if service == "s3" else None,
        s3={"addressing_style": "path"},
    )
    return boto3.client(service, config=config)  # type: ignore[call-overload]
