"""Count what an evaluation answered, by control and account; it holds no finding."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from scanner.model.finding import Result

if TYPE_CHECKING:
    from collections.abc import Callable

    from scanner.model.finding import Finding


@dataclass(slots=True)
class Counts:
    """Answers, places that were read and not, and how many failures are excepted.

    A failure that is excepted is counted as such and not as failed.
    """

    passed: int = 0
    failed: int = 0
    unknown: int = 0
    suppressed: int = 0
    read: int = 0
    unread: int = 0

    def add(self, other: Counts) -> None:
        """Add what another counted."""
        for name in self.__slots__:
            setattr(self, name, getattr(self, name) + getattr(other, name))

    @property
    def percent(self) -> float | None:
        """The share that passed of what was answered; None where nothing was."""
        judged = self.passed + self.failed + self.suppressed
        return 100 * self.passed / judged if judged else None

    @property
    def coverage(self) -> float | None:
        """The share of places that were read, of those that could be; None without any."""
        places = self.read + self.unread
        return 100 * self.read / places if places else None


@dataclass(slots=True)
class Tally:
    """Counts by control and account."""

    counts: dict[tuple[str, str], Counts] = field(default_factory=lambda: defaultdict(Counts))

    def passes(self, control: str, account: str, number: int = 1) -> None:
        """Count passes."""
        self.counts[control, account].passed += number

    def place(self, control: str, account: str, *, read: bool) -> None:
        """Count a place where a control's resources were looked for."""
        counts = self.counts[control, account]
        counts.read += read
        counts.unread += not read

    def finding(self, finding: Finding, *, suppressed: bool) -> None:
        """Count a failure or an unknown."""
        counts = self.counts[finding.control.id, finding.subject.account_id]
        if finding.result is Result.UNKNOWN:
            counts.unknown += 1
        elif suppressed:
            counts.suppressed += 1
        else:
            counts.failed += 1

    @property
    def total(self) -> Counts:
        """Everything together."""
        return self._by(lambda _control, _account: "").get("", Counts())

    def by_control(self) -> dict[str, Counts]:
        """Sum up for each control."""
        return self._by(lambda control, _: control)

    def by_account(self) -> dict[str, Counts]:
        """Sum up for each account."""
        return self._by(lambda _, account: account)

    def by_unit(self, unit_of: Callable[[str], str]) -> dict[str, Counts]:
        """Sum up for each organizational unit, given an account's."""
        return self._by(lambda _, account: unit_of(account))

    def _by(self, key: Callable[[str, str], str]) -> dict[str, Counts]:
        found: dict[str, Counts] = {}
        for names, counts in sorted(self.counts.items()):
            found.setdefault(key(*names), Counts()).add(counts)
        return found
