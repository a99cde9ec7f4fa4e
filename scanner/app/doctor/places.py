"""Look at the regions that a scan would visit: named and not enabled, or not to be learned."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from scanner.app.doctor.diagnosis import Diagnosis, Severity, some

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scanner.model.target import Account, Regions

_LEARN = (
    "allow account:ListRegions to the central identity (scanner iam --document central), or "
    "ec2:DescribeRegions to the role"
)


def diagnoses(visits: Sequence[tuple[Account, Regions]]) -> Iterator[Diagnosis]:
    """Say which regions are visited, and which of those named are enabled nowhere or not all."""
    names = sorted({name for _, regions in visits for name in regions.enabled})
    text = f"{len(names):,} regions are enabled: {some(names)}"
    yield Diagnosis(Severity.OK, "regions", text, names=tuple(names))
    yield from _disabled(visits)
    unlearned = [(account.id, regions.error) for account, regions in visits if regions.error]
    if unlearned:
        yield Diagnosis(
            Severity.PROBLEM,
            "regions",
            f"the regions of {len(unlearned):,} accounts can't be learned: {unlearned[0][1]}",
            _LEARN,
            accounts=tuple(account for account, _ in unlearned),
        )


def _disabled(visits: Sequence[tuple[Account, Regions]]) -> Iterator[Diagnosis]:
    lacking: dict[str, list[str]] = defaultdict(list)
    for account, regions in visits:
        for name in regions.disabled:
            lacking[name].append(account.id)
    for name, accounts in sorted(lacking.items()):
        nowhere = len(accounts) == len(visits)
        yield Diagnosis(
            Severity.WARNING,
            "regions",
            f"{name} is {'enabled in no account' if nowhere else 'not enabled everywhere'}: "
            f"{len(accounts):,} of {len(visits):,} accounts lack it",
            "enable the region there, or leave it out of --regions",
            accounts=tuple(accounts),
            names=(name,),
        )
