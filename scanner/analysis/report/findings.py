"""Add up findings of checks (OCSF Compliance Findings): by control, and those a table shows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scanner.analysis.report.tables import Column, as_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_CONTROLS = (
    Column("Severity", "mark"), Column("Control"), Column("Title"), Column("Failed", "bar"),
    Column("Unknown", "number"), Column("Suppressed", "number"), Column("Resolved", "number"),
)  # fmt: skip
_FINDINGS = (
    Column("Severity", "mark"), Column("Control"), Column("Result", "mark"), Column("State"),
    Column("Account"), Column("Region"), Column("Resource"), Column("Type"), Column("Why"),
)  # fmt: skip
_KINDS = ("failed", "unknown", "suppressed", "resolved")


@dataclass(slots=True)
class _Control:
    check: int
    severity: int
    shown: tuple[str, str, str]
    counts: dict[str, int] = field(default_factory=lambda: dict.fromkeys(_KINDS, 0))


class Findings:
    """Findings of the checks of a run, the newest first: of a control its newest check counts."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._controls: dict[str, _Control] = {}
        self._rows: list[tuple[int, tuple[Any, ...]]] = []
        self._checks = 0

    def add(self, lines: Iterable[Mapping[str, Any]]) -> None:
        """Add what one check found."""
        for line in lines:
            self._note(line)
        self._checks += 1

    def _note(self, line: Mapping[str, Any]) -> None:
        control_id = line["compliance"]["control"]
        control = self._controls.get(control_id)
        if control is None:
            control = self._controls[control_id] = _control(line, self._checks)
        if control.check != self._checks:
            return
        kind = _kind(line)
        control.counts[kind] += 1
        if kind != "resolved" and len(self._rows) < self._most:
            self._rows.append((control.severity, _row(line, kind)))

    def document(self) -> dict[str, Any] | None:
        """Lay out the totals, the controls and the findings; None where nobody checked."""
        if not self._checks:
            return None
        controls = sorted(
            self._controls.values(),
            key=lambda each: (-each.severity, -each.counts["failed"], each.shown),
        )
        total = {kind: sum(each.counts[kind] for each in controls) for kind in _KINDS}
        rows = sorted(self._rows, key=lambda pair: (-pair[0], pair[1]))
        return {
            **total,
            "checks": self._checks,
            "left_out": total["failed"] + total["unknown"] + total["suppressed"] - len(rows),
            "controls": as_table(
                _CONTROLS, ((*each.shown, *each.counts.values()) for each in controls)
            ),
            "rows": as_table(_FINDINGS, (row for _, row in rows)),
        }


def _control(line: Mapping[str, Any], check: int) -> _Control:
    title = line["finding_info"]["title"]
    shown = (line["severity"], line["compliance"]["control"], title)
    return _Control(check, line["severity_id"], shown)


def _kind(line: Mapping[str, Any]) -> str:
    if line["status"] == "Suppressed":
        return "suppressed"
    result = line["unmapped"]["result"]
    return {"fail": "failed", "unknown": "unknown"}.get(result, "resolved")


def _row(line: Mapping[str, Any], kind: str) -> tuple[Any, ...]:
    cloud, (resource, *_) = line["cloud"], line["resources"]
    return (
        line["severity"], line["compliance"]["control"], kind, line["unmapped"]["state"],
        cloud["account"]["uid"], cloud.get("region", ""), resource.get("name") or resource["uid"],
        resource["type"], line["compliance"].get("status_detail", ""),
    )  # fmt: skip
