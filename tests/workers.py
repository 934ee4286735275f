"""Who runs what: tests that share something dear to start run in one process, one after another."""

from typing import Any

import pytest
from xdist.scheduler import LoadGroupScheduling

TOGETHER = ("tests/infra/aws/", "tests/infra/local_aws/", "tests/infra/localstack/")
ALONE = ("tests/storm/",)  # each is long, and has a platform of its own


class InGroups(LoadGroupScheduling):
    """A folder, or a file; the largest first. Of single tests, thousands, dealing them out takes a minute."""

    def _split_scope(self, nodeid: str) -> str:
        if nodeid.startswith(ALONE):
            return nodeid
        file = nodeid.partition("::")[0]
        return next((folder for folder in TOGETHER if file.startswith(folder)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> InGroups:
    return InGroups(config, log)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What is dealt out alone comes first of its size: nobody waits long for the last ones."""
    items.sort(key=lambda item: not item.nodeid.startswith(ALONE))
