"""The job that checks: a run that is there, or one made for what the policies read."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import structlog

from scanner.app.check import LATEST, Answers, Checkup, find_finished
from scanner.app.controls import find_checks, narrowed
from scanner.app.delivery import Delivery
from scanner.app.prepare import prepare
from scanner.app.texts import Texts
from scanner.app.types import own_types
from scanner.app.watch import Watch
from scanner.aws_lambda.answer import answer_of, continuation_of
from scanner.aws_lambda.order import SOURCE, in_package, package
from scanner.aws_lambda.runs import placed, scanned
from scanner.catalog.packs import PACKS
from scanner.model.control import Severity
from scanner.model.errors import OutputError, ScannerError, SettingsError
from scanner.output import read_manifest
from scanner.output.layout import started
from scanner.policies.exemptions import read_exemptions

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scanner.aws_lambda.answer import Answer
    from scanner.aws_lambda.order import Order
    from scanner.engine.deadline import Deadline
    from scanner.policies.check import Check
    from scanner.policies.exemptions import Exemption
    from scanner.settings import Settings

JUDGING = 0.1
"""The part of an invocation that a scan leaves to the findings."""

READING = (
    "out", "out_kms_key", "out_owner", "out_storage_class", "out_tag", "profile", "types_from",
)  # fmt: skip
"""The settings that mean something without a scan."""

log = structlog.get_logger()


class Failing(ScannerError):
    """Resources fail checks, and `exit_code` makes an error of that."""


def check(order: Order, deadline: Deadline) -> Answer:
    """Judge a run by policies; with `scan` make it, and judge it once it is whole."""
    _refuse_contradictions(order)
    policies = tuple(map(_beside, order.texts("policies")))
    with placed(order) as settings:
        texts, now = Texts(settings.profile), datetime.now(UTC)
        exemptions = _exemptions(order, texts, now)
        sitting = _Sitting(order, policies, settings, exemptions, now, texts)
        return sitting.scan(deadline) if order.flag("scan") else sitting.read()


@dataclass(frozen=True, slots=True)
class _Sitting:
    """One check, its input read and its output open."""

    order: Order
    policies: tuple[str, ...]
    settings: Settings
    exemptions: tuple[Exemption, ...]
    now: datetime
    texts: Texts

    def read(self) -> Answer:
        """Judge a run that is there."""
        out = self.settings.out
        run_id = find_finished(out, self.order.text("run") or LATEST)
        manifest = read_manifest(out, run_id) or {}
        told = self._judged(run_id, self._checks(started(run_id)))
        facts = {"job": self.order.job, "run_id": run_id, "status": manifest.get("status")}
        return {**facts, "exit_code": 0, **told, "continuation": None}

    def scan(self, deadline: Deadline) -> Answer:
        """Scan for what the checks read, and judge it as it comes."""
        resume, settings = self.order.resume(), self.settings
        if resume is None:
            settings = narrowed(settings, self._checks(self.now))
        prepared = prepare(settings, resume)
        checks = self._checks(started(prepared.run_id))
        deadline.bring_forward(deadline.left * (1 - JUDGING))
        with closing(Watch(checks)) as watch:
            summary = scanned(settings, prepared, deadline, watch)
            continuation = continuation_of(self.order, summary)
            whole = prepared.shard is None or summary.whole is not None
            judged = whole and continuation is None
            told = self._judged(summary.run_id, checks, watch) if judged else {"findings": None}
        return {**answer_of(self.order, summary, settings, continuation), **told}

    def _checks(self, moment: datetime) -> tuple[Check, ...]:
        return find_checks(self.policies, moment, own_types(self.settings), self.texts)

    def _judged(
        self, run_id: str, checks: Sequence[Check], watch: Watch | None = None
    ) -> dict[str, Any]:
        """Write the findings and count them; raises Failing where the event wants that."""
        out = self.settings.out
        answers = Checkup(out, run_id, checks, self.exemptions, self.now, watch).run()
        told = _counted(answers, checks)
        if self.order.flag("security_hub"):
            told["security_hub"] = self._imported(answers)
        failed, by_severity = answers.tally.total.failed, told["failed_by_severity"]
        if failed and self.order.flag("exit_code"):
            worst = ", ".join(f"{number:,} {name}" for name, number in by_severity.items())
            raise Failing(f"run {run_id}: {failed:,} fail ({worst}), see {answers.findings}")
        return told

    def _imported(self, answers: Answers) -> dict[str, int] | None:
        """Import what changed into Security Hub; None where a newer run was checked before."""
        if not answers.remembered:
            return None
        settings, region = self.settings, self.order.text("hub_region")
        delivery = Delivery(settings.out, answers.findings, settings.profile, region, self.now)
        done = delivery.run(None, send=True)
        if done.failed:
            (why, number), *_ = done.failed.most_common()
            raise OutputError(f"Security Hub refused {number:,}: {why}; the next check sends them")
        return {"imported": done.sent, "archived": done.archived}


def _counted(answers: Answers, checks: Iterable[Check]) -> dict[str, Any]:
    total, failed = answers.tally.total, dict.fromkeys(reversed(Severity), 0)
    severities = {each.control.id: each.control.severity for each in checks}
    for name, counts in answers.tally.by_control().items():
        failed[severities[name]] += counts.failed
    return {
        "controls": len(severities),
        "results": {
            "pass": total.passed, "fail": total.failed,
            "suppressed": total.suppressed, "unknown": total.unknown,
        },
        "failed_by_severity": {str(name): number for name, number in failed.items() if number},
        "states": {str(state): number for state, number in answers.states.items()},
        "passed_percent": _rounded(total.percent),
        "read_percent": _rounded(total.coverage),
        "findings": str(answers.findings),
        "remembered": answers.remembered,
    }  # fmt: skip


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 3)


def _refuse_contradictions(order: Order) -> None:
    scan, hub, _ = (order.flag(name) for name in ("scan", "security_hub", "exit_code"))
    if scan and order.text("run"):
        raise SettingsError(f"{SOURCE}: scan makes a run of its own: leave out run")
    if order.text("hub_region") and not hub:
        raise SettingsError(
            f"{SOURCE}: hub_region is for findings to Security Hub: add security_hub"
        )
    if not scan:
        if order.text("resume"):
            raise SettingsError(f"{SOURCE}: resume goes on with a scan: add scan")
        idle = [name for name in order.given if name not in READING]
        order.refuse(idle, "only a scan heeds that")


def _exemptions(order: Order, texts: Texts, now: datetime) -> tuple[Exemption, ...]:
    """Read the exceptions, where a file is named, and tell those that hold no more."""
    name = order.text("exceptions")
    if name is None:
        return ()
    found = read_exemptions(texts.read(_beside(name)), name)
    for each in found:
        if not each.holds(now.date()):
            log.warning("an exception expired", control=each.control, owner=each.owner,
                        expires=str(each.expires))  # fmt: skip
    return found


def _beside(name: str) -> str:
    """Find what lies beside the code; what else a name may stand for is left as it is."""
    if name.endswith(".py"):
        return str(in_package(name))
    path = package() / name
    return str(path) if path.exists() and name not in PACKS else name
