"""Build the zip of a Lambda function: the scanner and its dependencies; it uploads nothing."""

from __future__ import annotations

import base64
import hashlib
import io
import shutil
import subprocess
import sys
import tempfile
import time
import zipfile
from dataclasses import dataclass
from importlib.metadata import distribution, distributions, requires
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import TYPE_CHECKING

import scanner
from scanner.app.link import VERSION
from scanner.model.errors import OutputError, SettingsError
from scanner.output import make_directory, write_whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

MOST_UNPACKED, MOST_UPLOADED = 250 << 20, 50 << 20
"""Bytes of a function's code, and of a zip that is uploaded by the API and not by way of S3
(Lambda developer guide, "Lambda quotas")."""

MACHINES: Mapping[str, str] = MappingProxyType({"x86_64": "x86_64", "arm64": "aarch64"})
"""Lambda's names of architectures, and Python's."""

GLIBC: Mapping[str, tuple[str, ...]] = MappingProxyType({
    "3.11": ("manylinux2014", "manylinux_2_17"),
    "3.12": ("manylinux2014", "manylinux_2_17", "manylinux_2_28"),
    "3.13": ("manylinux2014", "manylinux_2_17", "manylinux_2_28"),
})  # fmt: skip
"""Wheels that the runtimes can load: 3.11 runs on Amazon Linux 2 (glibc 2.26), the later ones on
2023 (2.34)."""

FIRST_DATE = 315532800
"""1980, before which a zip has no dates."""

_IDLE = frozenset({"__pycache__", "tests"})
_RECORDS = frozenset({"RECORD", "INSTALLER", "REQUESTED", "direct_url.json"})
_PROSE = "examples-1.json"


@dataclass(frozen=True, slots=True)
class Platform:
    """Where a function runs."""

    arch: str
    python: str

    @property
    def tags(self) -> tuple[str, ...]:
        """The platforms of the wheels that fit."""
        return tuple(f"{glibc}_{MACHINES[self.arch]}" for glibc in GLIBC[self.python])


@dataclass(frozen=True, slots=True)
class Package:
    """A zip that was built."""

    path: Path
    files: int
    size: int
    unpacked: int
    digest: bytes

    @property
    def sha256(self) -> str:
        """The digest as Lambda tells it: CodeSha256."""
        return base64.b64encode(self.digest).decode("ascii")


def build(platform: Platform, out: Path, epoch: int, include: Sequence[Path] = ()) -> Package:
    """Build the zip for a platform from what is installed here, at the same versions; blocks.

    Files and directories to `include` lie beside the code, under their own names. The same
    installation and `epoch`, the date of all files, make the same bytes. Raises OutputError where
    a dependency is not to be had, or Lambda would refuse the size.
    """
    for path in include:
        if not path.exists():
            raise SettingsError(f"--include {path}: no such file or directory")
    with tempfile.TemporaryDirectory(prefix="scanner-package-") as name:
        folder = Path(name)
        install(needed(), platform, folder / "code")
        copy_scanner(folder / "code")
        python = platform.python.replace(".", "")
        target = out / f"scanner-lambda-{VERSION}-py{python}-{platform.arch}.zip"
        return pack(folder / "code", target, epoch, include)


def needed() -> list[str]:
    """Return what the scanner requires, extras aside."""
    return [each for each in requires("scanner") or () if "extra ==" not in each]


def install(requirements: Sequence[str], platform: Platform, folder: Path) -> None:
    """Have pip unpack wheels for the platform, of the versions that are installed here."""
    with tempfile.NamedTemporaryFile("w", suffix=".txt") as constraints:
        constraints.writelines(f"{line}\n" for line in _installed())
        constraints.flush()
        command = [
            sys.executable, "-m", "pip", "install", "--quiet", "--no-compile", "--no-input",
            "--disable-pip-version-check", "--only-binary=:all:", "--implementation", "cp",
            "--python-version", platform.python,
            *(word for tag in platform.tags for word in ("--platform", tag)),
            "--target", str(folder), "--constraint", constraints.name, *requirements,
        ]  # fmt: skip
        done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 — our own words
    if done.returncode:
        why = [line for line in done.stderr.splitlines() if line.startswith("ERROR")]
        raise OutputError(f"pip could not install the dependencies: {'; '.join(why) or 'no pip'}")


def _installed() -> Iterator[str]:
    """Yield a constraint for every package here: a function gets what was tested."""
    found = {each.name.lower(): each.version for each in distributions() if each.name}
    return (f"{name}=={version}" for name, version in sorted(found.items()) if name != "scanner")


def copy_scanner(folder: Path) -> None:
    """Copy this very program, and the metadata that tells its version."""
    source = Path(scanner.__file__).parent
    shutil.copytree(source, folder / "scanner", ignore=shutil.ignore_patterns("__pycache__"))
    metadata = folder / f"scanner-{VERSION}.dist-info"
    metadata.mkdir()
    mine = distribution("scanner")
    text = mine.read_text("METADATA") or mine.read_text("PKG-INFO")
    (metadata / "METADATA").write_text(text or "", encoding="utf-8")


def pack(folder: Path, target: Path, epoch: int, include: Sequence[Path] = ()) -> Package:
    """Zip what a function needs of a folder, and what the user adds.

    Raises SettingsError where both have the same name, OutputError where it is too much.
    """
    mine = [
        (path.relative_to(folder).as_posix(), path)
        for path in folder.rglob("*")
        if path.is_file() and is_needed(PurePosixPath(path.relative_to(folder)))
    ]
    found = sorted([*mine, *_included(include, {path.name for path in folder.iterdir()})])
    unpacked = sum(path.stat().st_size for _, path in found)
    if unpacked > MOST_UNPACKED:
        raise OutputError(f"{unpacked:,} bytes: Lambda takes {MOST_UNPACKED:,} of unpacked code")
    body = _zipped(found, epoch)
    make_directory(target.parent)
    write_whole(target, body)
    return Package(target, len(found), len(body), unpacked, hashlib.sha256(body).digest())


def _included(paths: Sequence[Path], taken: set[str]) -> Iterator[tuple[str, Path]]:
    """Yield the user's files with their names in the zip; no byte code, and nothing hidden."""
    for top in (path.resolve() for path in paths):
        if top.name in taken:
            raise SettingsError(f"--include {top}: the function has a {top.name} already")
        taken.add(top.name)
        for path in [top] if top.is_file() else top.rglob("*"):
            name = path.relative_to(top.parent)
            hidden = any(part.startswith(".") for part in name.parts)
            if path.is_file() and not hidden and "__pycache__" not in name.parts:
                yield name.as_posix(), path


def is_needed(name: PurePosixPath) -> bool:
    """Say whether a function needs a file: no tests, scripts, byte code, records of pip, stubs.

    Of botocore's data the examples go, which are documentation; every service's model stays.
    """
    top = name.parts[0]
    if top.endswith(".dist-info"):
        return name.name not in _RECORDS
    if name.parts[:2] == ("botocore", "data"):
        return not name.name.startswith(_PROSE)
    idle = top == "bin" or top.endswith("-stubs") or _IDLE & {*name.parent.parts}
    return not idle and name.suffix not in (".pyi", ".pyc")


def _zipped(files: Sequence[tuple[str, Path]], epoch: int) -> bytes:
    """Zip files in their order, each with the same date and rights."""
    date = time.gmtime(max(epoch, FIRST_DATE))[:6]
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, path in files:
            entry = zipfile.ZipInfo(name, date)
            entry.create_system, entry.external_attr = 3, 0o100644 << 16
            archive.writestr(entry, path.read_bytes(), zipfile.ZIP_DEFLATED, compresslevel=9)
    return held.getvalue()
