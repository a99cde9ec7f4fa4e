"""The zip of a function: what goes in, in which order, and what Lambda would refuse."""

import base64
import hashlib
import os
import zipfile
from importlib.metadata import version
from pathlib import PurePosixPath

import pytest

from scanner.app import package
from scanner.app.package import (
    Platform,
    build,
    copy_scanner,
    install,
    is_needed,
    needed,
    pack,
)
from scanner.model.errors import OutputError, SettingsError

NEEDED = (
    "scanner/aws_lambda/__init__.py", "boto3-1.0.dist-info/METADATA", "boto3-1.0.dist-info/licenses/LICENSE",
    "botocore/data/ec2/2016-11-15/service-2.json.gz", "botocore/data/tests/1/service-2.json.gz",
    "aiohttp/_http_parser.cpython-313-x86_64-linux-gnu.so", "six.py", "some/bin/tool.py",
)  # fmt: skip
IDLE = (
    "bin/jp.py", "aioitertools/tests/test_a.py", "anyio/__pycache__/a.cpython-313.pyc",
    "boto3-1.0.dist-info/RECORD", "boto3-1.0.dist-info/direct_url.json", "yarl/_url.pyi",
    "jsonpatch-stubs/__init__.pyi", "botocore/data/ec2/2016-11-15/examples-1.json.gz",
)  # fmt: skip


def laid(folder, names, text="x"):
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def wheel(folder, name, number, tag="py3-none-any"):
    """Make a wheel of one module."""
    folder.mkdir(exist_ok=True)
    info = f"{name}-{number}.dist-info"
    with zipfile.ZipFile(folder / f"{name}-{number}-{tag}.whl", "w") as archive:
        archive.writestr(f"{name}.py", f"VERSION = {number!r}\n")
        archive.writestr(
            f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n"
        )
        archive.writestr(
            f"{info}/WHEEL", f"Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: {tag}\n"
        )
        archive.writestr(f"{info}/RECORD", "")


@pytest.fixture
def wheelhouse(tmp_path, monkeypatch):
    """Let pip find wheels in a directory and nowhere else."""
    folder = tmp_path / "wheels"
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    return folder


@pytest.mark.parametrize("name", NEEDED)
def test_what_runs_is_taken(name):
    assert is_needed(PurePosixPath(name))


@pytest.mark.parametrize("name", IDLE)
def test_what_never_runs_is_left_out(name):
    assert not is_needed(PurePosixPath(name))


def test_the_same_files_make_the_same_bytes_whenever_and_however_they_were_laid(tmp_path):
    first, second = laid(tmp_path / "1", NEEDED), laid(tmp_path / "2", reversed(NEEDED))
    for path in second.rglob("*"):
        os.utime(path, (1, 10**9))
        path.chmod(0o700)
    packed = [pack(each, tmp_path / f"{each.name}.zip", 0) for each in (first, second)]

    assert packed[0].path.read_bytes() == packed[1].path.read_bytes()
    assert packed[0].digest == packed[1].digest


def test_a_zip_has_readable_files_of_the_date_that_is_asked_for(tmp_path):
    folder = laid(tmp_path / "code", (*NEEDED, *IDLE))
    found = pack(folder, tmp_path / "dist" / "function.zip", 1_700_000_000)

    with zipfile.ZipFile(found.path) as archive:
        entries = archive.infolist()
    assert [each.filename for each in entries] == sorted(NEEDED)
    assert {each.date_time for each in entries} == {(2023, 11, 14, 22, 13, 20)}
    assert {each.external_attr >> 16 for each in entries} == {0o100644}
    assert (found.files, found.unpacked) == (len(NEEDED), len(NEEDED))
    body = found.path.read_bytes()
    assert (found.size, found.sha256) == (
        len(body), base64.b64encode(hashlib.sha256(body).digest()).decode(),
    )  # fmt: skip


def test_what_the_user_includes_lies_beside_the_code_under_its_own_name(tmp_path):
    code = laid(tmp_path / "code", NEEDED)
    laid(tmp_path / "mine", ("tasks.py", "tests/a.py", "tests/__pycache__/a.pyc", "tests/.env"))
    include = [tmp_path / "mine/tests", tmp_path / "mine/tasks.py"]
    found = pack(code, tmp_path / "function.zip", 0, include)
    again = pack(code, tmp_path / "again.zip", 0, include[::-1])

    with zipfile.ZipFile(found.path) as archive:
        assert archive.namelist() == sorted((*NEEDED, "tasks.py", "tests/a.py"))
    assert found.digest == again.digest
    assert found.files == len(NEEDED) + 2


@pytest.mark.parametrize("name", ["scanner/mine.py", "six.py"])
def test_what_the_user_includes_hides_nothing_of_the_function(tmp_path, name):
    code = laid(tmp_path / "code", NEEDED)
    top = laid(tmp_path / "mine", (name,)) / PurePosixPath(name).parts[0]

    with pytest.raises(SettingsError, match=f"the function has a {top.name} already"):
        pack(code, tmp_path / "function.zip", 0, [top])
    assert not (tmp_path / "function.zip").exists()


def test_what_is_to_be_included_and_is_not_there_is_told_before_anything_is_built(tmp_path):
    with pytest.raises(SettingsError, match=r"^--include \S+/gone\.py: no such file or directory$"):
        build(Platform("arm64", "3.12"), tmp_path / "dist", 0, [tmp_path / "gone.py"])
    assert not (tmp_path / "dist").exists()


def test_what_lambda_would_refuse_is_not_built(tmp_path, monkeypatch):
    monkeypatch.setattr(package, "MOST_UNPACKED", 7)
    folder = laid(tmp_path / "code", NEEDED)

    with pytest.raises(OutputError, match="8 bytes: Lambda takes 7 of unpacked code"):
        pack(folder, tmp_path / "function.zip", 0)
    assert not (tmp_path / "function.zip").exists()


def test_wheels_of_the_platform_are_installed_at_the_versions_that_are_here(tmp_path, wheelhouse):
    here = version("six")
    for number in (here, "99.0"):
        wheel(wheelhouse, "six", number)
    wheel(wheelhouse, "native", "1.0", "cp312-cp312-manylinux2014_aarch64")
    install(["six", "native"], Platform("arm64", "3.12"), tmp_path / "code")

    assert f"VERSION = '{here}'" in (tmp_path / "code/six.py").read_text()
    assert (tmp_path / "code/native.py").exists()


@pytest.mark.parametrize(
    ("arch", "python"), [("x86_64", "3.12"), ("arm64", "3.13"), ("arm64", "3.11")]
)
def test_a_wheel_of_another_platform_will_not_do(tmp_path, wheelhouse, arch, python):
    wheel(wheelhouse, "native", "1.0", "cp312-cp312-manylinux_2_28_aarch64")

    with pytest.raises(
        OutputError, match=r"pip could not install the dependencies: ERROR: .*native"
    ):
        install(["native"], Platform(arch, python), tmp_path / "code")


def test_the_scanner_itself_comes_along_and_knows_its_version(tmp_path):
    copy_scanner(tmp_path)

    assert (tmp_path / "scanner/aws_lambda/__init__.py").exists()
    assert not [*tmp_path.rglob("__pycache__")]
    (metadata,) = tmp_path.glob("scanner-*.dist-info/METADATA")
    assert f"\nVersion: {version('scanner')}\n" in metadata.read_text()


def test_no_extra_is_needed():
    names = {each.partition(">")[0].lower() for each in needed()}

    assert {"aioboto3", "anyio", "pydantic"} <= names
    assert not names & {"moto[server]", "duckdb", "pytest"}
