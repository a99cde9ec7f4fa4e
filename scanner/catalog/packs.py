"""The controls that ship with the scanner, as documents of policies; it compiles none."""

from __future__ import annotations

from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

PACKS: Mapping[str, str] = MappingProxyType({
    "cis-aws-3": "CIS Amazon Web Services Foundations Benchmark v3.0.0",
    "fsbp": "AWS Foundational Security Best Practices v1.0.0",
    "tagging": "Scanner tagging",
    "cost": "Scanner cost",
})  # fmt: skip
"""The built-in packs, and the standard of each."""


def pack_documents() -> Iterator[tuple[str, str]]:
    """Yield the name and text of every document of built-in policies."""
    for each in sorted(files(__package__).joinpath("rules").iterdir(), key=lambda at: at.name):
        if each.name.endswith(".yaml"):
            yield each.name, each.read_text(encoding="utf-8")
