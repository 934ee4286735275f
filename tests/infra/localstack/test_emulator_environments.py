"""An environment is made once for what its file says, however many ask for it."""

import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from infra import pythons
from infra.localstack import environments
from infra.localstack.environments import NotMade, ready

HERE = pythons.running()


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one requirement file, which asks for nothing, and a place for environments."""
    (tmp_path / "layers").mkdir()
    (tmp_path / "layers" / "bare.txt").write_text("# nothing\n")
    monkeypatch.setattr(environments, "ROOT", tmp_path / "functions")
    monkeypatch.setattr(environments, "PLACE", tmp_path / "environments")
    return tmp_path


def test_two_at_once_make_one_and_a_third_finds_it(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with ThreadPoolExecutor(2) as askers:
        found = set(askers.map(lambda _: ready("bare", HERE), range(2)))
    place = tree / "environments" / f"bare-{HERE}"
    assert found == {place / "bin" / "python"}
    assert capsys.readouterr().err == f"Making {place}, once.\n"
    (place / "kept").touch()
    assert ready("bare", HERE) == place / "bin" / "python"
    assert (place / "kept").exists()
    assert capsys.readouterr().err == ""


def test_a_changed_file_makes_another(tree: Path) -> None:
    place = ready("bare", HERE).parent.parent
    (place / "kept").touch()
    (tree / "layers" / "bare.txt").write_text("# nothing else\n")
    ready("bare", HERE)
    assert not (place / "kept").exists()


def test_what_cannot_be_installed_is_told_and_tried_again(tree: Path) -> None:
    (tree / "layers" / "bare.txt").write_text("boto3\n")
    for _ in range(2):
        with pytest.raises(NotMade, match=r"^uv pip did not do its work:\nerror: In `--require-hashes` mode"):
            ready("bare", HERE)


def test_a_python_that_is_not_here_is_named(tree: Path) -> None:
    with pytest.raises(NotMade, match=r"^bare needs Python 3\.99, and none was found here: install it"):
        ready("bare", "3.99")
    assert not (tree / "environments").exists()


def test_the_houses_own_are_beside_our_packages() -> None:
    assert Path(sys.prefix) / "environments" == environments.PLACE
