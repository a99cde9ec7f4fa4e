"""Try the plan's calls once each in a sample of accounts: what is lacking; it keeps no records."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from scanner.app.doctor.diagnosis import Diagnosis, Severity, bare, some
from scanner.aws.pages import ask_page
from scanner.aws.visit import Meter, visiting
from scanner.catalog import actions_of_operation
from scanner.engine.context import Context, status_of
from scanner.engine.probe import Failure, Notes, places_to_try, probe
from scanner.engine.spread import spread
from scanner.engine.tags import SERVICE, SWEEP
from scanner.model.errors import AccountError, CallError
from scanner.model.outcome import Status
from scanner.model.resource import BULK
from scanner.model.target import GLOBAL

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scanner.app.link import Link
    from scanner.engine.plan import Plan
    from scanner.model.resource import ResourceType
    from scanner.model.target import Account, Unit
    from scanner.settings import Settings

AT_ONCE = 8
"""Services tried together: few enough that their answers tell how long AWS thinks."""

TAGS = "tags in bulk"
"""Stands for a type where the sweep for tags is meant."""

_ACTION = re.compile(r"not authorized to perform:? ([\w-]+:\w+)")


@dataclass(slots=True)
class Trials:
    """What the calls in a sample of accounts showed: `Notes` of many units."""

    accounts: list[str] = field(default_factory=list)
    failures: list[tuple[Unit, Failure]] = field(default_factory=list)
    untried: set[str] = field(default_factory=set)
    more: set[str] = field(default_factory=set)
    seconds: list[float] = field(default_factory=list)
    _found: defaultdict[str, list[int]] = field(default_factory=lambda: defaultdict(list))

    def add(self, unit: Unit, notes: Notes) -> None:
        """Take over the notes of one unit."""
        self.failures += [(unit, each) for each in notes.failures]
        self.untried |= notes.untried
        self.more |= notes.more
        self.seconds += notes.seconds
        for name, count in notes.found.items():
            self._found[name].append(count)

    @property
    def items(self) -> dict[str, float]:
        """Return how many items a type had where it was looked for, on the average."""
        return {name: sum(counts) / len(counts) for name, counts in self._found.items()}

    @property
    def latency(self) -> float | None:
        """Return how many seconds AWS took for a page; None where none was read.

        The lower quartile: half of what is above it is this process, making clients meanwhile.
        """
        return sorted(self.seconds)[len(self.seconds) // 4] if self.seconds else None


def sampled(accounts: Sequence[Account], size: int | None) -> list[Account]:
    """Choose accounts to try, spread evenly; None takes all.

    So many are taken of each way in: roles of one name are taken to be made of one template,
    which one of them can answer for.
    """
    if size is None:
        return list(accounts)
    alike: defaultdict[tuple[str, ...], list[Account]] = defaultdict(list)
    for each in accounts:
        alike[each.partition, *(role.replace(each.id, "") for role in each.roles)].append(each)
    chosen: list[Account] = []
    for group in alike.values():
        number = min(size, len(group))
        chosen += [group[position * len(group) // number] for position in range(number)]
    return chosen


async def attempt(
    link: Link, plan: Plan, catalog: Mapping[str, ResourceType], chosen: Sequence[Account]
) -> Trials:
    """Make the plan's calls once in each of the chosen accounts, service by service."""
    trials = Trials([account.id for account in chosen])
    visits = {account.id: regions for account, regions in plan.accounts}
    units = [
        unit
        for account in chosen
        for unit in places_to_try(plan, account, visits[account.id], link.home_of(account))
    ]
    units.sort(key=lambda unit: (unit.service, unit.region))
    left = Counter(_client_of(link, unit) for unit in units)

    async def work(unit: Unit) -> None:
        await _try(link, unit, catalog, trials)
        client = _client_of(link, unit)
        left[client] -= 1
        if not left[client]:
            await link.clients.retire(*client)

    await spread(AT_ONCE, work, units)
    sweeping = [unit for unit in units if any(catalog[name].tags == BULK for name in unit.types)]
    one_each = list({unit.account.id: unit for unit in sweeping}.values())
    await spread(AT_ONCE, lambda unit: _sweep(link, unit, trials), one_each)
    return trials


def _client_of(link: Link, unit: Unit) -> tuple[str, str]:
    home = link.home_of(unit.account)
    return unit.service, home if unit.region == GLOBAL else unit.region


async def _try(link: Link, unit: Unit, catalog: Mapping[str, ResourceType], trials: Trials) -> None:
    notes = Notes()
    ctx = Context(
        run_id="",
        unit=unit,
        clients=link.clients,
        gate=link.gate,
        tally=notes,
        home=link.home_of(unit.account),
        now=lambda: datetime.now(UTC),
    )
    with visiting(link.leases.of(unit.account), Meter()):
        try:
            await probe(ctx, catalog, notes)
        except AccountError as exc:
            for name in unit.types:
                notes.failed(name, Status.NOT_ATTEMPTED, bare(exc.message))
    trials.add(unit, notes)


async def _sweep(link: Link, unit: Unit, trials: Trials) -> None:
    """Ask for the first page of the tags of a place, as the scan will for all types at once."""
    _, region = _client_of(link, unit)
    sweep = replace(unit, service=SERVICE, region=region)
    with visiting(link.leases.of(unit.account), Meter()):
        try:
            async with link.clients.use(SERVICE, region) as client:
                paging = link.clients.paging(client, SWEEP.operation)
                await ask_page(link.gate, client, SWEEP, SWEEP.params, paging)
        except (AccountError, CallError) as exc:
            status = Status.NOT_ATTEMPTED if isinstance(exc, AccountError) else status_of(exc)
            failure = Failure(TAGS, status, SWEEP.operation, str(exc))
            trials.failures.append((sweep, failure))


def diagnoses(settings: Settings, trials: Trials) -> list[Diagnosis]:
    """Say what the role lacks, service by service, and what could not be told; blocks."""
    lacking: dict[tuple[str, Status], list[tuple[Unit, Failure]]] = {}
    for unit, failure in trials.failures:
        if failure.status is not Status.UNAVAILABLE:
            lacking.setdefault((unit.service, failure.status), []).append((unit, failure))
    found = [
        _denied(settings, service, status, failures)
        if status in (Status.DENIED, Status.DENIED_SCP)
        else _unsure(service, failures)
        for (service, status), failures in sorted(lacking.items())
    ]
    return [*found, _tried(trials)]


def _denied(
    settings: Settings, service: str, status: Status, failures: Sequence[tuple[Unit, Failure]]
) -> Diagnosis:
    actions = sorted({name for unit, each in failures for name in _actions(unit, each)})
    types = sorted({each.type for _, each in failures})
    if status is Status.DENIED_SCP:
        who, remedy = "a service control policy denies", _exempt(settings, types)
    else:
        who, remedy = "the role lacks", _grant(settings, service)
    text = f"{service}: {who} {some(actions)}, for {some(types)}"
    return Diagnosis(
        Severity.PROBLEM, "permissions", text, remedy, _accounts(failures), tuple(actions)
    )


def _grant(settings: Settings, service: str) -> str:
    narrow = "" if service == SERVICE else f" --services {service}"
    return f"attach to {settings.role} what this prints: scanner iam --document policy{narrow}"


def _exempt(settings: Settings, types: Sequence[str]) -> str:
    return f"exempt {settings.role} from the policy, or choose --types without {some(types)}"


def _unsure(service: str, failures: Sequence[tuple[Unit, Failure]]) -> Diagnosis:
    types = tuple(sorted({each.type for _, each in failures}))
    return Diagnosis(
        Severity.WARNING,
        "permissions",
        f"{service}: {bare(failures[0][1].error)}, for {some(types)}",
        "ask again; should it stay so, the scan will have the same trouble",
        _accounts(failures),
        types,
    )


def _accounts(failures: Sequence[tuple[Unit, Failure]]) -> tuple[str, ...]:
    return tuple(sorted({unit.account.id for unit, _ in failures}))


def _actions(unit: Unit, failure: Failure) -> tuple[str, ...]:
    """Name the action that AWS missed: in its own words, or else what the call is known to need."""
    told = _ACTION.search(failure.error)
    if told:
        return (told[1],)
    known = actions_of_operation(unit.service, failure.operation)
    return known or (f"{unit.service}:{failure.operation}",)


def _tried(trials: Trials) -> Diagnosis:
    if not trials.accounts:
        return Diagnosis(Severity.OK, "permissions", "no call of the plan was tried: --sample 0")
    text = f"the plan's calls were tried in {some(trials.accounts)}"
    unavailable = {each.type for _, each in trials.failures if each.status is Status.UNAVAILABLE}
    if unavailable:
        text += f"; {len(unavailable):,} types are not available there"
    if trials.untried:
        text += f"; {len(trials.untried):,} types have calls that nothing there could be tried on"
    return Diagnosis(
        Severity.OK,
        "permissions",
        text,
        accounts=tuple(trials.accounts),
        names=tuple(sorted(trials.untried)),
    )
