"""What clients rely on: each domain's part of the OpenAPI document, as it was last agreed to."""

from typing import Any

import pytest

from infra.discover import functions
from infra.openapi import document
from tests.contracts import snapshot

FACES = [function for function in functions() if function.trigger.kind == "http"]
DOMAINS = sorted({face.module.split(".")[1] for face in FACES})


def described(domain: str) -> dict[str, Any]:
    own = [face for face in FACES if face.module.split(".")[1] == domain]
    whole = document(own, server_url="/")
    return {"paths": whole["paths"], "schemas": whole["components"]["schemas"]}


@pytest.mark.parametrize("domain", DOMAINS)
def test_a_domain_s_http_is_as_recorded(domain: str) -> None:
    snapshot.hold(f"openapi/{domain}.json", described(domain))


def test_no_recorded_domain_is_gone() -> None:
    assert snapshot.names("openapi") == set(DOMAINS)
