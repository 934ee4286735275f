"""Who runs what: tests that share something dear to start run in one process, one after another."""

from typing import Any

import pytest
from xdist.scheduler import LoadGroupScheduling

TOGETHER = (
    "tests/infra/aws/",
    "tests/infra/local_aws/",
    "tests/infra/localstack/",
    "tests/infra/test_compiling.py",
)


class ByFolder(LoadGroupScheduling):
    def _split_scope(self, nodeid: str) -> str:
        return next((folder for folder in TOGETHER if nodeid.startswith(folder)), nodeid)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> ByFolder:
    return ByFolder(config, log)
