"""What every function of a stack shares, made once before the first of them."""

from collections.abc import Mapping
from dataclasses import dataclass

from pulumi import Input, Output

from infra.aws.config import Config
from infra.aws.network import Network


@dataclass(frozen=True, kw_only=True)
class House:
    config: Config
    network: Network
    settings: Mapping[str, Input[str]]  # by shared.settings' names: a function is told those that it reads
    secrets: Mapping[str, Output[str]]  # name → arn
    objects: Mapping[str, Input[str]]  # service → the arn of what its client is for

    def name(self, what: str) -> str:
        return f"{self.config.prefix}-{what}"
