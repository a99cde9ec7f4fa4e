"""Every error a caller may meet; one tree, classified once at the AWS boundary.

ScannerError
├── SettingsError   the user's input; before any call            exit 2
├── CatalogError    a declaration is wrong or doubled            exit 2
├── DiscoveryError  nothing can be scanned                       exit 4
│   └── OutOfTime   the deadline came before any unit            exit 4, 5 where there is a plan
├── AccountError    the account can't be entered
├── CallError       one operation failed: account, region, operation, code
│   ├── Denied   ├── Unsupported   ├── Throttled   └── Unavailable
├── TaskError       a rule or a user's task failed on what it was given
├── ChangeRefused   a call that changes something or hands out credentials: nothing sent
└── OutputError     can't write: stops the run                   exit 6
"""

from __future__ import annotations

import re

_GONE = re.compile(r"NotFound|NoSuch|NonExist|DoesNotExist|404")


class ScannerError(Exception):
    """The root of what this package raises on purpose."""


class SettingsError(ScannerError):
    """The user's input is wrong; says what and where, in one line."""


class CatalogError(ScannerError):
    """A declaration of a resource type is wrong or doubled."""


class DiscoveryError(ScannerError):
    """Nothing can be scanned: no credentials, no account found, no permission to look."""


class OutOfTime(DiscoveryError):
    """The deadline came before the first unit could begin."""


class OutputError(ScannerError):
    """The output can't be read or written; the run stops."""


class TaskError(ScannerError):
    """A rule, a policy or a user's task failed on what it was given: its answer is unknown."""


class ChangeRefused(ScannerError):
    """A call that could change something, or that hands out credentials, was not sent."""


class AccountError(ScannerError):
    """No role could be assumed in an account."""

    def __init__(self, account_id: str, code: str, message: str) -> None:
        super().__init__(f"{account_id}: {message}")
        self.account_id = account_id
        self.code = code
        self.message = message


class CallError(ScannerError):
    """One operation failed for good: retries, where they made sense, are spent."""

    def __init__(self, operation: str, code: str, message: str, *, scp: bool = False) -> None:
        super().__init__(f"{operation}: {code}: {message}")
        self.operation = operation
        self.code = code
        self.message = message
        self.scp = scp


class Denied(CallError):
    """AWS refused by policy; `scp` where a service control policy did so explicitly."""


class Unsupported(CallError):
    """The service, operation or region does not exist here; never worth a retry."""


class Throttled(CallError):
    """AWS kept asking to slow down until the retries were spent."""


class Unavailable(CallError):
    """AWS or the way to it kept failing: 5xx, reset, torn or hanging body."""


def is_gone(exc: CallError) -> bool:
    """Say whether a call on one resource failed because there is no such resource (any more)."""
    return _GONE.search(exc.code) is not None
