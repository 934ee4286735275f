"""An account of the local AWS, and its clients: made once, shared by every thread."""

from functools import cached_property
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config

REGION = "us-east-1"
FOR_EVER = 900  # seconds: no function takes longer, and the migrations are one


class Account:
    def __init__(self, endpoint: str, *, patience: int = FOR_EVER) -> None:
        self.endpoint, self._patience = endpoint, patience
        self._session = boto3.Session("test", "test", region_name=REGION)
        self._clients: dict[str, Any] = {}
        self._lock = Lock()

    def client(self, service: str) -> Any:
        with self._lock:  # a session is not made for threads, a client is
            if service not in self._clients:
                once = Config(
                    connect_timeout=5, read_timeout=self._patience, retries={"total_max_attempts": 1}
                )
                self._clients[service] = self._session.client(  # type: ignore[call-overload]
                    service, endpoint_url=self.endpoint, config=once
                )
            return self._clients[service]

    @cached_property
    def id(self) -> str:
        return str(self.client("sts").get_caller_identity()["Account"])

    def arn(self, service: str, resource: str) -> str:
        return f"arn:aws:{service}:{REGION}:{self.id}:{resource}"
