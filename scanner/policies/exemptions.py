"""Read exceptions to controls: who accepted which failure, why and until when; opens no file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from scanner.model.errors import SettingsError
from scanner.policies.lines import load_located, naming
from scanner.policies.syntax import LineError, Located, check_members

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scanner.model.finding import Finding

_MEMBERS = ("control", "account", "ou", "resource", "reason", "owner", "expires")


@dataclass(frozen=True, slots=True)
class Exemption:
    """Globs of controls, accounts or organizational units, and resources; all must match.

    It holds to the end of the day `expires` (UTC). An organizational unit stands for all that
    is below it. A resource is its id or its ARN.
    """

    control: str
    reason: str
    owner: str
    expires: date
    account: str = "*"
    ou: str | None = None
    resource: str = "*"

    def covers(self, finding: Finding, ou: str | None) -> bool:
        """Say whether a finding is meant; `ou` is its account's path of units."""
        subject = finding.subject
        names = [name for name in (subject.resource_id, subject.arn) if name]
        return (
            fnmatchcase(finding.control.id, self.control)
            and fnmatchcase(subject.account_id, self.account)
            and (self.ou is None or is_within(ou, self.ou))
            and (self.resource == "*" or any(fnmatchcase(name, self.resource) for name in names))
        )

    def holds(self, today: date) -> bool:
        """Say whether it has not expired."""
        return today <= self.expires


def exemption_of(
    finding: Finding, ou: str | None, exemptions: Sequence[Exemption], today: date
) -> Exemption | None:
    """Return the first exemption in force that covers a finding."""
    for each in exemptions:
        if each.holds(today) and each.covers(finding, ou):
            return each
    return None


def read_exemptions(text: str, origin: str) -> tuple[Exemption, ...]:
    """Read `exceptions: […]`; raises SettingsError: `origin:line: what is wrong`."""
    with naming(origin):
        document = load_located(text)
        if not isinstance(document, Located) or not isinstance(document.get("exceptions"), list):
            raise SettingsError("a document of exceptions has a list `exceptions`")
        return tuple(_exemptions(document))


def _exemptions(document: Located) -> Iterator[Exemption]:
    for data in document["exceptions"]:
        if not isinstance(data, Located):
            raise LineError(f"{data!r} is no exception", document.line)
        try:
            yield _exemption(data)
        except SettingsError as exc:
            raise LineError(str(exc), data.line) from exc


def _exemption(data: Located) -> Exemption:
    check_members(data, _MEMBERS, "an exception")
    for name in ("control", "reason", "owner", "expires"):
        if not data.get(name):
            raise SettingsError(f"an exception needs its {name}")
    texts = {name: str(data[name]) for name in _MEMBERS if name != "expires" and data.get(name)}
    return Exemption(**texts, expires=day_of(data["expires"]))


def day_of(value: Any) -> date:
    """Read the day that an exception ends; raises SettingsError."""
    try:
        return value if type(value) is date else date.fromisoformat(str(value))
    except ValueError as exc:
        raise SettingsError(f"expires must be a day such as 2027-01-31, not {value!r}") from exc


def is_within(path: str | None, glob: str) -> bool:
    """Say whether a glob names a unit of a path (`r-root/ou-a/ou-b`), or a path to one."""
    units = (path or "").split("/")
    tops = ("/".join(units[: end + 1]) for end in range(len(units)))
    return any(map(fnmatchcase, units, [glob] * len(units))) or any(
        fnmatchcase(top, glob) for top in tops
    )
