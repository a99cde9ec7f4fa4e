"""Where a run really looked: the answer to "is it gone, or did nobody see it?"; opens no file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scanner.model.outcome import Status

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scanner.model.outcome import Outcome, TypeOutcome

_STATUSES = tuple(Status)
_LISTED = 0x80


def kind_of(reason: str | None, account_id: str) -> str:
    """Reduce a reason to what its neighbours share: operation and code, no account."""
    said = (reason or "").removeprefix(f"{account_id}: ").replace(account_id, "ACCOUNT")
    return ": ".join(said.split(": ")[:2])


class Coverage:
    """How each type of each account and region ended in a run, a byte for each."""

    def __init__(self, outcomes: Iterable[Outcome]) -> None:
        self._accounts: dict[str, int] = {}
        self._ends: dict[tuple[str, str], bytearray] = {}
        for outcome in outcomes:
            place = self._accounts.setdefault(outcome.account_id, len(self._accounts))
            for name, each in outcome.types.items():
                self._note(outcome.region, name, place, each)

    def status(self, account_id: str, region: str, type: str) -> Status | None:
        """Return how the run ended there; None where it did not plan to look."""
        end = self._end(account_id, region, type) & ~_LISTED
        return _STATUSES[end - 1] if end else None

    def knows_all(self, account_id: str, region: str, type: str) -> bool:
        """Say whether every resource there has its record, read in full or not."""
        return bool(self._end(account_id, region, type) & _LISTED)

    def _end(self, account_id: str, region: str, type: str) -> int:
        place = self._accounts.get(account_id)
        ends = self._ends.get((region, type))
        return 0 if place is None or ends is None or place >= len(ends) else ends[place]

    def _note(self, region: str, type: str, place: int, end: TypeOutcome) -> None:
        ends = self._ends.setdefault((region, type), bytearray())
        if place >= len(ends):
            ends.extend(bytes(place + 1 - len(ends)))
        ends[place] = _STATUSES.index(end.status) + 1 | _LISTED * end.knows_all
