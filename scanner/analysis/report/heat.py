"""Say of every account and region how much of it was seen, and why not all; no records."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scanner.analysis.coverage import kind_of
from scanner.model.outcome import Status
from scanner.model.target import GLOBAL

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.model.outcome import Outcome, TypeOutcome

MOST_REASONS = 12
"""Reasons that a cell names; others are counted."""

MOST_KINDS = 5000
"""Reasons that are told apart in a run; others are `other reasons`."""

_STATUSES = tuple(Status)
_RANKS = {status: rank for rank, status in enumerate(_STATUSES)}
_OTHER = "other reasons"


@dataclass(slots=True)
class _Cell:
    """One account in one region: looks by status, and the services behind each reason."""

    looks: list[int] = field(default_factory=lambda: [0] * len(_STATUSES))
    records: int = 0
    reasons: dict[int, int] = field(default_factory=dict)
    more: int = 0


class HeatMap:
    """Accounts by regions. Memory follows the number of cells, not that of the types."""

    def __init__(self) -> None:
        self._cells: dict[tuple[str, str], _Cell] = {}
        self._reasons: dict[tuple[Status, str], int] = {}
        self._services: dict[str, int] = {}

    def add(self, outcome: Outcome) -> None:
        """Note how the types of a unit ended."""
        cell = self._cells.setdefault((outcome.account_id, outcome.region), _Cell())
        for each in outcome.types.values():
            cell.looks[_RANKS[each.status]] += 1
            cell.records += each.records
            if each.status is not Status.COMPLETE:
                self._explain(cell, outcome, each)

    def _explain(self, cell: _Cell, outcome: Outcome, each: TypeOutcome) -> None:
        reason = (each.status, kind_of(each.error, outcome.account_id))
        if reason not in self._reasons and len(self._reasons) >= MOST_KINDS:
            reason = (each.status, _OTHER)
        number = self._reasons.setdefault(reason, len(self._reasons))
        if number not in cell.reasons and len(cell.reasons) >= MOST_REASONS:
            cell.more += 1
            return
        bit = 1 << self._services.setdefault(outcome.service, len(self._services))
        cell.reasons[number] = cell.reasons.get(number, 0) | bit

    def document(self, names: Mapping[str, str]) -> dict[str, Any]:
        """Lay the map out: rows of cells, each with the number of its explanation."""
        accounts = self._accounts()
        regions = {region for _, region in self._cells}
        shown = sorted(regions, key=lambda each: (each != GLOBAL, each))
        why: dict[tuple[tuple[int, int], ...], int] = {(): 0}
        rows = [
            [self._cell(self._cells.get((account, region)), why) for region in shown]
            for account in accounts
        ]
        return {
            "accounts": accounts,
            "names": [names.get(each, "") for each in accounts],
            "regions": shown,
            "cells": rows,
            "statuses": list(_STATUSES),
            "services": list(self._services),
            "reasons": list(self._reasons),
            "why": [[[number, _bits(mask)] for number, mask in each] for each in why],
        }

    def _accounts(self) -> list[str]:
        """Sort the accounts: those of which least was seen come first."""
        looks: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
        for (account, _), cell in self._cells.items():
            looks[account][0] += sum(cell.looks[:2])
            looks[account][1] += sum(cell.looks)
        return sorted(looks, key=lambda each: (looks[each][0] / max(1, looks[each][1]), each))

    def _cell(
        self, cell: _Cell | None, why: dict[tuple[tuple[int, int], ...], int]
    ) -> list[int] | None:
        """Write looks (complete, unavailable, all), worst status, records, reasons, more."""
        if cell is None:
            return None
        worst = max((rank for rank, count in enumerate(cell.looks) if count), default=0)
        number = why.setdefault(tuple(sorted(cell.reasons.items())), len(why))
        complete, unavailable, *_ = cell.looks
        return [complete, unavailable, sum(cell.looks), worst, cell.records, number, cell.more]


def _bits(mask: int) -> list[int]:
    return [place for place in range(mask.bit_length()) if mask >> place & 1]
