"""Say how a run went in a few hundred bytes, and what the next event is; it does no job."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scanner.app.summary import COMPLETE, DEADLINE, Summary, exit_code
from scanner.aws_lambda.order import PASSING
from scanner.model.errors import ScannerError
from scanner.model.outcome import Status
from scanner.model.shard import Shard
from scanner.output.layout import Layout
from scanner.settings import FIXED, Settings

if TYPE_CHECKING:
    from scanner.aws_lambda.order import Order

Answer = dict[str, Any]

MOST_NAMED = 5
"""Failed accounts that an answer names; all are in the manifest."""


class Incomplete(ScannerError):
    """What was planned is not complete, and `fail_on` and `min_coverage` do not tolerate that."""


def continuation_of(order: Order, summary: Summary) -> dict[str, Any] | None:
    """Return the event that goes on with a run that is out of time.

    None as well where this invocation left as much undone as the one before: a chain of them
    would never end.
    """
    left, before = _left(summary), order.extras.get("left")
    if not summary.out_of_time or (before is not None and left >= before):
        return None
    given = {**order.extras, **order.given}
    kept = {name: value for name, value in given.items() if name not in (*FIXED, *PASSING)}
    return {"job": order.job, **kept, "resume": summary.run_id, "left": left}


def _left(summary: Summary) -> int:
    return int(summary.manifest["by_status"].get(Status.NOT_ATTEMPTED, 0))


def answer_of(
    order: Order, summary: Summary, settings: Settings, continuation: dict[str, Any] | None = None
) -> Answer:
    """Say how a job went in a few hundred bytes; raises Incomplete where that is no success."""
    code = exit_code(summary, settings)
    _judge(code, summary, settings, goes_on=continuation is not None)
    manifest, failed = summary.manifest, summary.manifest["accounts"]["failed"]
    counts = {
        name: manifest["accounts"].get(name) for name in ("discovered", "selected", "entered")
    }
    shard = manifest.get("shard")
    layout = Layout(summary.out, summary.run_id, shard=Shard.parse(shard) if shard else None)
    return {
        "job": order.job,
        "run_id": summary.run_id,
        "shard": shard,
        "status": summary.status,
        "exit_code": code,
        **{name: manifest[name] for name in ("planned", "records", "requests", "throttles")},
        "by_status": {status: units for status, units in manifest["by_status"].items() if units},
        "coverage_percent": round(summary.coverage, 3),
        "accounts": {**counts, "failed": len(failed)},
        "failed_accounts": failed[:MOST_NAMED],
        "seconds": round(summary.seconds, 3),
        "manifest": str(layout.manifest),
        "shards": manifest.get("shards"),
        "whole": None if summary.whole is None else summary.whole["status"],
        "continuation": continuation,
    }


def _judge(code: int, summary: Summary, settings: Settings, *, goes_on: bool) -> None:
    """Raise Incomplete unless the run went well, goes on, or is tolerated."""
    spent = code == DEADLINE and settings.fail_on == "never"
    if code == COMPLETE or goes_on or spent:
        return
    stuck = ", and more time did not change that" if code == DEADLINE else ""
    raise Incomplete(
        f"run {summary.run_id} is {summary.status}: {summary.coverage:.1f} % of "
        f"{summary.manifest['planned']} units are complete, "
        f"{len(summary.failed_accounts)} accounts failed{stuck}"
    )
