"""Count what a ledger says was found: by type, account, region and service; knows no records."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.analysis.report.tables import Column, as_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.model.outcome import Outcome

_RECORDS, _PLANNED, _SETTLED = range(3)


class Counts:
    """Records of a run, and how many of the planned looks were settled, in four ways."""

    def __init__(self) -> None:
        self.types: dict[str, list[int]] = {}
        self.accounts: dict[str, list[int]] = {}
        self.regions: dict[str, list[int]] = {}
        self.services: dict[str, list[int]] = {}

    def add(self, outcome: Outcome) -> None:
        """Count a unit."""
        whole = (
            self.accounts.setdefault(outcome.account_id, [0, 0, 0]),
            self.regions.setdefault(outcome.region, [0, 0, 0]),
            self.services.setdefault(outcome.service, [0, 0, 0]),
        )
        for name, each in outcome.types.items():
            for figures in (self.types.setdefault(name, [0, 0, 0]), *whole):
                figures[_RECORDS] += each.records
                figures[_PLANNED] += 1
                figures[_SETTLED] += each.status.settled

    @property
    def records(self) -> dict[str, int]:
        """Tell how many records each type has."""
        return {name: figures[_RECORDS] for name, figures in self.types.items()}

    @property
    def percent(self) -> float | None:
        """Tell how much of what was planned is settled."""
        return _percent([sum(each) for each in zip(*self.regions.values(), strict=True)])

    def tables(self, before: Counts | None, names: Mapping[str, str]) -> dict[str, Any]:
        """Lay the counts out, beside those of an earlier run; `names` are the accounts'."""
        old = before or Counts()
        known = before is not None
        return {
            "types": _table(("Type",), self.types, old.types if known else None),
            "accounts": _table(
                ("Account", "Name"), self.accounts, old.accounts if known else None, names
            ),
            "regions": _table(("Region",), self.regions, old.regions if known else None),
            "services": _table(("Service",), self.services, old.services if known else None),
        }


def _table(
    titles: tuple[str, ...],
    found: Mapping[str, list[int]],
    before: Mapping[str, list[int]] | None,
    second: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    columns = [*map(Column, titles), Column("Resources", "bar")]
    columns += [Column("Change", "change")] if before is not None else []
    columns.append(Column("Seen", "percent"))
    rows = []
    for name in sorted(found, key=lambda each: (-found[each][_RECORDS], each)):
        row: list[Any] = [name] if second is None else [name, second.get(name, "")]
        row.append(found[name][_RECORDS])
        if before is not None:
            row.append(_change(found[name], before.get(name)))
        rows.append([*row, _percent(found[name])])
    return as_table(columns, rows)


def _change(now: list[int], before: list[int] | None) -> int | None:
    """Compare; None where the earlier run did not plan to look at all."""
    return None if before is None else now[_RECORDS] - before[_RECORDS]


def _percent(figures: list[int]) -> float | None:
    if not figures or not figures[_PLANNED]:
        return None
    return 100.0 * figures[_SETTLED] / figures[_PLANNED]
