"""Check a finished run: evaluate, remember, write findings, count; it prints nothing."""

from __future__ import annotations

from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scanner.analysis.coverage import Coverage
from scanner.app.link import VERSION
from scanner.engine.evaluate import Evaluation
from scanner.findings.memory import remembering
from scanner.findings.ocsf import Letterhead, as_ocsf
from scanner.findings.reported import Reported, Suppression
from scanner.model.control import Expect
from scanner.model.errors import OutputError, SettingsError
from scanner.model.finding import Finding, Result, State
from scanner.model.target import Account
from scanner.output import (
    find_run,
    findings_file,
    finished_runs,
    on_disk,
    read_ledger,
    read_plan,
    read_units,
    state_file,
)
from scanner.output.encode import timestamp
from scanner.output.layout import started
from scanner.policies.exemptions import Exemption, exemption_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from scanner.app.watch import Watch
    from scanner.findings.memory import Memory
    from scanner.findings.tally import Tally
    from scanner.policies.check import Check

LATEST = "latest"
MEMORY = "findings.sqlite"
"""The name in the output's state of what is known from earlier runs."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a check of a run gave: counts, and the file of its findings.

    `remembered` is False where a newer run was checked before: its states stand.
    """

    run_id: str
    tally: Tally
    states: Mapping[State, int]
    findings: Path
    accounts: Mapping[str, Account]
    remembered: bool

    def unit_of(self, account: str) -> str:
        """Return the path of an account's organizational unit, as far as it is known."""
        known = self.accounts.get(account)
        return (known.ou if known else None) or "unknown"


@dataclass(frozen=True, slots=True)
class Checkup:
    """A finished run to be checked; `run` blocks.

    What `watch` saw of it while it went on is not read again.
    """

    out: Path
    run_id: str
    checks: Sequence[Check]
    exemptions: Sequence[Exemption]
    now: datetime
    watch: Watch | None = None

    def run(self) -> Answers:
        """Evaluate every unit, write the findings that are no passes, and count."""
        evaluation = self.watch.evaluation if self.watch else Evaluation(self.checks)
        accounts = accounts_of(read_plan(self.out, self.run_id))
        moment = timestamp(started(self.run_id))
        head = Letterhead(self.run_id, moment, VERSION, accounts)
        states = dict.fromkeys(State, 0)
        controls = [check.control for check in self.checks]
        with ExitStack() as held:
            memory_file = held.enter_context(state_file(self.out, MEMORY))
            memory = held.enter_context(remembering(memory_file, self.run_id, moment, controls))
            label = f"check-{self.now.astimezone(UTC):%Y%m%dT%H%M%S%fZ}"
            path, write = held.enter_context(findings_file(self.out, self.run_id, label))
            for found in self._reported(evaluation, memory):
                reported = self._judged(found, accounts, evaluation.tally)
                states[reported.state] += 1
                write(as_ocsf(reported, head))
        return Answers(self.run_id, evaluation.tally, states, path, accounts, memory.kept)

    def _reported(self, evaluation: Evaluation, memory: Memory) -> Iterator[Reported]:
        yield from map(memory.recall, self._found(evaluation))
        yield from map(memory.recall, evaluation.finish())
        coverage = Coverage(read_ledger(self.out, self.run_id))
        judge = _judge_of_the_rest(evaluation, coverage)
        yield from memory.rest((check.control for check in self.checks), judge)

    def _found(self, evaluation: Evaluation) -> Iterator[Finding]:
        """Yield what was found while the run went on, then judge the units that were missed."""
        watch = self.watch
        if watch:
            yield from watch.findings
            if watch.saw_all:
                return
        missed = watch.missed if watch else lambda _: True
        with on_disk(self.out, [self.run_id]) as out:
            for outcome, records in read_units(out, self.run_id, evaluation.types, missed):
                yield from evaluation.unit(outcome, records)

    def _judged(
        self, reported: Reported, accounts: Mapping[str, Account], tally: Tally
    ) -> Reported:
        """Count a finding, and say which exception covers it, if any."""
        finding = reported.finding
        found = None
        if finding.result is Result.FAIL:
            account = accounts.get(finding.subject.account_id)
            unit = account.ou if account else None
            found = exemption_of(finding, unit, self.exemptions, self.now.astimezone(UTC).date())
        if finding.result is not Result.PASS:
            tally.finding(finding, suppressed=found is not None)
        if found is None:
            return reported
        why = Suppression(found.reason, found.owner, found.expires)
        return Reported(finding, reported.state, reported.first_seen, reported.last_seen, why)


def find_finished(out: Path, name: str) -> str:
    """Return the id of a finished run by id, name or `latest`; raises SettingsError."""
    try:
        finished = finished_runs(out)
        run_id = max(finished, default="") if name == LATEST else find_run(out, name)
    except OutputError as exc:
        raise SettingsError(str(exc)) from exc
    if run_id not in finished:
        raise SettingsError(f"{out} has no finished run {name}: `scanner scan` makes one")
    return run_id


def accounts_of(plan: Mapping[str, Any]) -> dict[str, Account]:
    """Return the accounts of a stored plan, by id."""
    planned = (plan.get("plan") or {}).get("accounts") or ()
    names = ("id", "name", "partition", "ou")
    return {
        each["id"]: Account(**{name: each[name] for name in names if name in each})
        for each in planned
    }


def _judge_of_the_rest(
    evaluation: Evaluation, coverage: Coverage
) -> Callable[[Finding], Finding | None]:
    """Say what became of findings that this run did not find again."""

    def judge(before: Finding) -> Finding | None:
        control, subject = before.control, before.subject
        if control.expect is not Expect.NONE:
            met = evaluation.meets(control.id, subject.account_id, subject.region)
            return Finding(control, subject, Result.PASS) if met else None
        if subject.region is None:
            looked = evaluation.looked_for(subject.account_id, subject.resource_type)
            return Finding(control, subject, Result.PASS) if looked else None
        where = (subject.account_id, subject.region, subject.resource_type)
        status = coverage.status(*where)
        if status is None:
            return None
        if coverage.knows_all(*where):
            return Finding(control, subject, Result.PASS)
        return Finding(control, subject, Result.UNKNOWN, f"{status}: it was reported before")

    return judge
