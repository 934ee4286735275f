"""A command that is watched ends, whatever ended its loop."""

import subprocess
import sys

import pytest

from shared.progress import watched

BROKEN = """
from shared.progress import watched
with watched("Working") as watch:
    for step in watch([1, 2, 3]):
        raise SystemExit(2)
"""


def test_an_error_in_the_loop_ends_the_process() -> None:
    """Rich's own `track` is waited for without an end, from Python 3.13 on."""
    ended = subprocess.run(
        [sys.executable, "-c", BROKEN], capture_output=True, text=True, check=False, timeout=30
    )
    assert ended.returncode == 2


def test_every_step_is_handed_on_and_counted(capsys: pytest.CaptureFixture[str]) -> None:
    with watched("Working") as watch:
        assert list(watch(iter([1, 2, 3]))) == [1, 2, 3]
    said = capsys.readouterr()
    assert said.out == ""
    assert "Working" in said.err


@pytest.mark.parametrize("way", [{"hidden": True}, {"passing": True}])
def test_nothing_is_said_where_nobody_is_to_see_it(
    way: dict[str, bool], capsys: pytest.CaptureFixture[str]
) -> None:
    with watched("Working", total=3, **way) as watch:
        assert list(watch([1, 2, 3])) == [1, 2, 3]
    assert "Working" not in capsys.readouterr().err
