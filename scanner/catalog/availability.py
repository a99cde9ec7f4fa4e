"""Know in which regions services exist; a pure look-up in generated facts."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from scanner.catalog.facts import header, rows

if TYPE_CHECKING:
    from collections.abc import Mapping


def serves(service: str, region: str) -> bool | None:
    """Say whether a service exists in a region; None where nobody knows.

    A region or a service that the facts have never heard of is not known, so that what is
    newer than they are is still visited.
    """
    known = _known().get(service)
    return None if known is None else known.get(region)


@cache
def _known() -> Mapping[str, Mapping[str, bool]]:
    everywhere = header("regions")["regions"]
    return {row["service"]: _answers(row, everywhere) for row in rows("regions")}


def _answers(row: Mapping[str, list[str]], everywhere: list[str]) -> Mapping[str, bool]:
    regions, unsure = set(row["regions"]), set(row.get("unsure", ()))
    return {region: region in regions for region in everywhere if region not in unsure}
