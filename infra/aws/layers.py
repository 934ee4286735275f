"""The layers of a stack: one for each dependency group that a function needs, and one for whom to trust."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pulumi
import pulumi_aws as aws
from pulumi import Output

from infra import bundle
from infra.aws.config import Config
from infra.discover import Function


class Layers:
    """Made when the first function takes one."""

    def __init__(self, config: Config, certificates: Path | None) -> None:
        self._config = config
        self._certificates = certificates
        self._made: dict[str, aws.lambda_.LayerVersion] = {}

    def of(self, function: Function) -> list[Output[str]]:
        return list(self._of(function))

    def _of(self, function: Function) -> Iterator[Output[str]]:
        group = bundle.group(function)
        yield self._layer(group, lambda: self._built(group))
        if self._certificates:
            yield self._layer("certificates", self._trusted)

    def _built(self, group: str) -> pulumi.Archive:
        config = self._config
        path = bundle.layer(group, python=config.python, architecture=config.architecture)
        return pulumi.FileArchive(str(path))

    def _trusted(self) -> pulumi.Archive:
        """As /opt/certificates.pem."""
        file: pulumi.Asset = pulumi.FileAsset(str(self._certificates))
        return pulumi.AssetArchive({"certificates.pem": file})

    def _layer(self, what: str, code: Callable[[], pulumi.Archive]) -> Output[str]:
        name = f"{self._config.prefix}-{what}"
        if name not in self._made:
            self._made[name] = aws.lambda_.LayerVersion(
                name,
                layer_name=name,
                code=code(),
                compatible_runtimes=[f"python{self._config.python}"],
                compatible_architectures=[self._config.architecture],
                skip_destroy=True,  # versions of functions that run still, or that a roll-back returns to
            )
        return self._made[name].arn
