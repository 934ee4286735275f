"""A consumer is its file with its last line: nothing else is written for AWS to have all that it needs."""

import json
import os
import subprocess
import sys
from pathlib import Path

from tests.infra.local_aws.tree import with_probe

SHOW = """
import json
from infra.aws.program import program
from tests.infra.aws.graph import graph, kind_of

found = graph(program).resources
print(json.dumps([[kind_of(one), one.name, dict(one.inputs)] for one in found], default=str))
"""
NAME = "astrolabe-dev-probe-heard"


def test_a_file_in_a_tree_has_its_queue_its_rule_its_role_and_its_alarms(tmp_path: Path) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", SHOW],
        cwd=with_probe(tmp_path),  # before ours on the path
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    found = {(kind, name): inputs for kind, name, inputs in json.loads(ended.stdout)}
    assert json.loads(found["cloudwatch/eventRule", NAME]["eventPattern"]) == {
        "source": ["auth"],
        "detail-type": ["UserRegistered"],
    }
    assert found["sqs/queue", NAME]["visibilityTimeoutSeconds"] == 180
    assert found["sqs/queue", f"{NAME}-dlq"]["messageRetentionSeconds"] == 14 * 24 * 3600
    assert (
        found["lambda/function", "astrolabe-dev-probe-on-heard"]["handler"]
        == "functions.probe.on_heard.handler"
    )
    assert found["lambda/eventSourceMapping", NAME]["functionResponseTypes"] == ["ReportBatchItemFailures"]
    of_its_own = [kind for kind, name in found if name in (NAME, "astrolabe-dev-probe-on-heard")]
    assert {"iam/role", "iam/rolePolicy", "cloudwatch/logGroup", "sqs/queuePolicy"} <= set(of_its_own)
    alarms = {name for kind, name in found if kind == "cloudwatch/metricAlarm" and "probe" in name}
    assert {f"{NAME}-waits", f"{NAME}-dlq-lies", "astrolabe-dev-probe-on-heard-errors"} <= alarms
