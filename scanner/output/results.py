"""Write and read the results of a plan of changes, one file a plan; it changes nothing else."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from scanner.model.errors import OutputError, SettingsError
from scanner.model.planned import SCHEMA
from scanner.output.findings import packed_lines, read_findings
from scanner.output.layout import Layout
from scanner.output.plans import change_of, plain_change, result_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from scanner.model.planned import Change, ChangePlan, Result


def write_results(
    out: Path, plan: ChangePlan, results: Mapping[str, Result], facts: Mapping[str, Any]
) -> Path:
    """Write how a plan's changes ended, in the plan's order, in place of what was there; blocks.

    `facts` are told of every change: who made it.
    """
    path = Layout(out, plan.head.run_id).changes(plan.digest)
    head = {
        "schema": SCHEMA, "job": plan.head.job, "run_id": plan.head.run_id, "plan": plan.digest,
        **facts,
    }  # fmt: skip
    with packed_lines(path) as write:
        for change in plan.changes:
            if change.id in results:
                site = {"site": asdict(plan.head.accounts[change.account_id])}
                write({**head, **plain_change(change), **site, **asdict(results[change.id])})
    return path


def read_results(path: Path) -> Iterator[tuple[dict[str, Any], Change, Result]]:
    """Yield each line of a file of results: all of it, the change and how that ended."""
    try:
        for line in read_findings(path):
            yield line, change_of(line), result_of(line)
    except (OutputError, LookupError, TypeError, ValueError) as exc:
        raise SettingsError(f"{path} is no file of results: {exc}") from exc
