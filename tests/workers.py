"""Who runs what: tests that share something dear to start run in one process, one after another."""

from collections.abc import Iterator
from typing import Any

import pytest
from xdist.scheduler import LoadGroupScheduling

TOGETHER = ("tests/infra/aws/", "tests/infra/local_aws/", "tests/infra/localstack/")
ALONE = ("tests/storm/",)  # each is long, and has a platform of its own


class InGroups(LoadGroupScheduling):
    """A folder, or a file, in their order. Of single tests, thousands, dealing them out takes a minute."""

    def __init__(self, config: pytest.Config, log: Any) -> None:
        super().__init__(config, log)
        config.option.loadscopereorder = False

    def _split_scope(self, nodeid: str) -> str:
        return scope(nodeid)


def scope(nodeid: str) -> str:
    if nodeid.startswith(ALONE):
        return nodeid
    file = nodeid.partition("::")[0]
    return next((folder for folder in TOGETHER if file.startswith(folder)), file)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Any) -> InGroups:
    return InGroups(config, log)


@pytest.hookimpl(trylast=True)  # after those that share a fixture were put together
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A storm waits most of its time: one at a time, beside tests that do not, and none at the end."""
    scopes: dict[str, list[pytest.Item]] = {}
    for item in items:
        scopes.setdefault(scope(item.nodeid), []).append(item)
    alone = [group for name, group in scopes.items() if name.startswith(ALONE)]
    others = [group for name, group in scopes.items() if not name.startswith(ALONE)]
    items[:] = [item for group in _spread(alone, others) for item in group]


def _spread(few: list[list[pytest.Item]], many: list[list[pytest.Item]]) -> Iterator[list[pytest.Item]]:
    """The few among the first four fifths of the many."""
    step = max(1, len(many) * 4 // 5 // max(1, len(few)))
    waiting = iter(few)
    for number, group in enumerate(many):
        if number % step == 0:
            yield next(waiting, [])
        yield group
    yield from waiting
