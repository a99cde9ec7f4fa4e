"""Write findings as OCSF Compliance Findings (class 2003, version 1.3.0), as plain data.

https://schema.ocsf.io/1.3.0/classes/compliance_finding
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from scanner.model.control import Severity
from scanner.model.finding import Result, State

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scanner.findings.reported import Reported
    from scanner.model.control import Control
    from scanner.model.target import Account

OCSF = "1.3.0"
CLASS, CATEGORY = 2003, 2
OTHER = 99
AWS_ACCOUNT = 10
"""The number of an AWS account among OCSF's types of accounts."""

_SEVERITIES = MappingProxyType({
    Severity.INFORMATIONAL: (1, "Informational"), Severity.LOW: (2, "Low"),
    Severity.MEDIUM: (3, "Medium"), Severity.HIGH: (4, "High"),
    Severity.CRITICAL: (5, "Critical"),
})  # fmt: skip
_RESULTS = MappingProxyType({
    Result.UNKNOWN: (0, "Unknown"), Result.PASS: (1, "Pass"), Result.FAIL: (3, "Fail"),
})  # fmt: skip
_STATES = MappingProxyType({
    State.NEW: (1, "New"), State.OPEN: (OTHER, "Open"), State.REOPENED: (OTHER, "Reopened"),
    State.RESOLVED: (4, "Resolved"),
})  # fmt: skip
_SUPPRESSED = (3, "Suppressed")
_ACTIVITIES = MappingProxyType({
    State.NEW: (1, "Create"), State.OPEN: (2, "Update"), State.REOPENED: (2, "Update"),
    State.RESOLVED: (3, "Close"),
})  # fmt: skip
OWN = "policies"
"""The standard of a control that is from none: OCSF wants one."""

_NONE: Mapping[str, Account] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Letterhead:
    """What all findings of a run have in common."""

    run_id: str
    moment: str
    version: str
    accounts: Mapping[str, Account] = field(default_factory=lambda: _NONE)


def as_ocsf(reported: Reported, head: Letterhead) -> dict[str, Any]:
    """Write one finding."""
    finding, control = reported.finding, reported.finding.control
    activity_id, activity = _ACTIVITIES[reported.state]
    severity_id, severity = _SEVERITIES[control.severity]
    status_id, status = _SUPPRESSED if reported.suppression else _STATES[reported.state]
    return {
        "activity_id": activity_id, "activity_name": activity,
        "category_uid": CATEGORY, "category_name": "Findings",
        "class_uid": CLASS, "class_name": "Compliance Finding",
        "type_uid": CLASS * 100 + activity_id,
        "type_name": f"Compliance Finding: {activity}",
        "time": _milliseconds(head.moment),
        "severity_id": severity_id, "severity": severity,
        "status_id": status_id, "status": status,
        "message": _message(reported),
        "metadata": {
            "version": OCSF, "profiles": ["cloud"], "correlation_uid": head.run_id,
            "product": {"name": "scanner", "vendor_name": "scanner", "version": head.version},
        },
        "cloud": _cloud(reported, head),
        "compliance": _compliance(reported),
        "finding_info": {
            "uid": finding.uid, "title": control.title, "desc": control.rationale,
            "first_seen_time": _milliseconds(reported.first_seen),
            "last_seen_time": _milliseconds(reported.last_seen),
        },
        "remediation": _remediation(control),
        "resources": [_resource(reported)],
        "unmapped": _unmapped(reported),
    }  # fmt: skip


def _message(reported: Reported) -> str:
    finding = reported.finding
    because = f": {finding.reason}" if finding.reason else ""
    return f"{finding.control.id} {finding.result}{because}"


def _cloud(reported: Reported, head: Letterhead) -> dict[str, Any]:
    subject = reported.finding.subject
    account: dict[str, Any] = {
        "uid": subject.account_id, "type_id": AWS_ACCOUNT, "type": "AWS Account",
    }  # fmt: skip
    known = head.accounts.get(subject.account_id)
    if known and known.name:
        account["name"] = known.name
    found: dict[str, Any] = {"provider": "AWS", "account": account}
    return found if subject.region is None else found | {"region": subject.region}


def _compliance(reported: Reported) -> dict[str, Any]:
    finding, control = reported.finding, reported.finding.control
    status_id, status = _RESULTS[finding.result]
    found: dict[str, Any] = {
        "standards": [control.standard or OWN], "control": control.id,
        "status_id": status_id, "status": status,
    }  # fmt: skip
    return found if finding.reason is None else found | {"status_detail": finding.reason}


def _remediation(control: Control) -> dict[str, Any]:
    found: dict[str, Any] = {"desc": control.remediation or control.title}
    return found | {"references": list(control.links)} if control.links else found


def _resource(reported: Reported) -> dict[str, Any]:
    subject = reported.finding.subject
    place = f"{subject.account_id}/{subject.region or '*'}/{subject.resource_type}"
    found = {"type": subject.resource_type, "uid": subject.arn or subject.resource_id or place}
    return found | {"name": subject.resource_name} if subject.resource_name else found


def _unmapped(reported: Reported) -> dict[str, Any]:
    subject = reported.finding.subject
    found: dict[str, Any] = {
        "state": str(reported.state), "result": str(reported.finding.result),
        "resource_id": subject.resource_id,
    }  # fmt: skip
    if reported.suppression:
        found["exception"] = {
            "reason": reported.suppression.reason, "owner": reported.suppression.owner,
            "expires": reported.suppression.expires.isoformat(),
        }  # fmt: skip
    return found


@lru_cache(maxsize=256)
def _milliseconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment).timestamp() * 1000)
