"""One local AWS for all tests of this folder, with IAM enforced, and everything deployed to it."""

import socket
from collections.abc import Iterator

import pytest

from infra.localstack.up import running
from tests.infra.local_aws.stack import Stack, deployed
from tests.infra.local_aws.tree import with_probe

EMULATORS = ["ministack", pytest.param("localstack", marks=pytest.mark.soak)]


@pytest.fixture(scope="session", params=EMULATORS)
def stack(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    tree = with_probe(tmp_path_factory.mktemp("tree"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    enforces_iam = request.param == "ministack"
    with running(port, request.param, auth=enforces_iam) as aws:
        yield deployed(tree, aws.url, enforces_iam=enforces_iam)
