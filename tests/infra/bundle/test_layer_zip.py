"""A layer is what a group pins, compiled, thin, under Lambda's limit, and made once."""

import marshal
import os
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from importlib.util import source_hash
from pathlib import Path
from zipfile import ZipFile

import pytest

from infra import bundle, pythons
from infra.bundle import archive, groups, layer_zip
from infra.bundle.layer_zip import PLATFORMS, Architecture

PYTHON = pythons.running()
UNCHECKED_HASH = 0b01  # PEP 552: by hash, and not to be checked


def bytecode_of(module: Path) -> bytes:
    tag = f"cpython-{PYTHON.replace('.', '')}"
    return (module.parent / "__pycache__" / f"{module.stem}.{tag}.pyc").read_bytes()


def test_beside_every_module_of_a_layer_lies_bytecode_that_nothing_checks(layer: Path) -> None:
    modules = sorted(layer.rglob("*.py"))
    assert len(modules) > 1_000
    headers = {module: bytecode_of(module)[4:16] for module in modules}
    assert {header[:4] for header in headers.values()} == {UNCHECKED_HASH.to_bytes(4, "little")}
    assert [m for m, header in headers.items() if header[4:] != source_hash(m.read_bytes())] == []


def test_its_tracebacks_name_the_place_where_lambda_unpacks_it(layer: Path) -> None:
    code = marshal.loads(bytecode_of(layer / "mangum" / "adapter.py")[16:])
    assert code.co_filename == "/opt/python/mangum/adapter.py"


def test_what_no_function_reads_is_left_out_and_what_importlib_reads_is_not(layer: Path) -> None:
    names = {path.name for path in layer.rglob("*")}
    assert names & {"tests", "bin", "RECORD", "INSTALLER", "py.typed", "boto3"} == set()
    assert [name for name in names if name.endswith((".pyi", ".pyx", ".md"))] == []
    pinned = groups.requirements("base")
    assert len(list(layer.glob("*.dist-info/METADATA"))) == len(pinned)


def test_a_zip_is_the_folder_beside_it_in_order_and_under_the_limit_with_all_our_code(layer: Path) -> None:
    zipped = layer.parent / "layer.zip"
    files = {f"python/{path.relative_to(layer)}": path for path in layer.rglob("*") if path.is_file()}
    with ZipFile(zipped) as held:
        assert held.namelist() == sorted(files, key=Path)
        assert {entry.date_time for entry in held.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert archive.unzipped(zipped) == sum(path.stat().st_size for path in files.values())
    assert 10 * 2**20 < archive.unzipped(zipped) < 150 * 2**20 < archive.LIMIT == 262_144_000


Make = Callable[[], Path]


@pytest.fixture
def make(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Make:
    """A layer of one small package, in a folder of its own."""
    monkeypatch.setattr(groups, "PROJECT", tmp_path)
    monkeypatch.setattr(layer_zip, "LAYERS", tmp_path / "layers")
    pin(tmp_path, "annotated-doc")
    return lambda: bundle.layer("small", python=PYTHON, architecture=bundle.this_machine())


BASE = groups.requirement_file("base").read_text()


def pin(folder: Path, *names: str) -> None:
    pinned = [re.search(rf"^{name}==(.+\\\n)+.+\n", BASE, re.MULTILINE) for name in names]
    (folder / "layers").mkdir(exist_ok=True)
    (folder / "layers" / "small.txt").write_text("".join(found[0] for found in pinned if found))


def test_a_layer_is_made_again_where_what_is_pinned_changed_and_only_there(
    make: Make, tmp_path: Path
) -> None:
    made = make()
    first = made.stat().st_mtime_ns
    assert make().stat().st_mtime_ns == first
    content = made.read_bytes()
    pin(tmp_path, "annotated-doc", "annotated-types")
    assert make() == made
    assert {path.name for path in made.parent.glob("python/*") if "." not in path.name} == {
        "annotated_doc",
        "annotated_types",
    }
    pin(tmp_path, "annotated-doc")
    assert make().read_bytes() == content


def test_two_who_build_at_once_get_one_layer_and_a_killed_build_leaves_nothing(
    make: Make, tmp_path: Path
) -> None:
    make()
    pin(tmp_path, "annotated-doc", "annotated-types")
    killed = tmp_path / "layers/small" / f".{PYTHON}-{bundle.this_machine()}-killed"
    killed.mkdir()
    with ThreadPoolExecutor(3) as pool:
        times = list(pool.map(lambda _: make().stat().st_mtime_ns, range(3)))
    assert len(set(times)) == 1
    place = make().parent
    assert sorted(os.listdir(place.parent)) == [place.name, f"{place.name}.lock"]


def test_a_package_that_is_not_what_was_pinned_is_refused(make: Make, tmp_path: Path) -> None:
    pins = tmp_path / "layers/small.txt"
    pins.write_text(re.sub(r"sha256:.{64}", f"sha256:{'0' * 64}", pins.read_text()))
    with pytest.raises(
        bundle.Unbuildable, match=rf"The layer small for Python {PYTHON} on .*\n(.*\n)*.*[Hh]ash"
    ):
        make()
    assert [path.suffix for path in (tmp_path / "layers/small").iterdir()] == [".lock"]


def test_a_layer_too_large_for_lambda_is_refused(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(archive, "LIMIT", 1_000_000)
    with pytest.raises(bundle.Unbuildable, match=r"layer small and our code are \d+ MB .* takes 1 MB"):
        make()


def test_a_python_that_is_not_here_is_asked_for_before_anything_is_fetched(
    make: Make, tmp_path: Path
) -> None:
    with pytest.raises(bundle.Unbuildable, match=r"Python 3\.99 is needed"):
        bundle.layer("small", python="3.99")
    assert os.listdir(tmp_path / "layers") == ["small.txt"]


@pytest.mark.soak
@pytest.mark.parametrize("group", bundle.layers())
@pytest.mark.parametrize("architecture", PLATFORMS)
def test_lambda_s_python_has_a_wheel_of_everything(
    group: str, architecture: Architecture, tmp_path: Path
) -> None:
    layer_zip.install(tmp_path / "python", group, pythons.LATEST, architecture, "--dry-run")
