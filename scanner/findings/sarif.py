"""Write what a check gave as SARIF 2.1.0: a rule a control, a result a finding.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from scanner.model.control import Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scanner.model.control import Control

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = MappingProxyType({
    Severity.INFORMATIONAL: "note", Severity.LOW: "note", Severity.MEDIUM: "warning",
    Severity.HIGH: "error", Severity.CRITICAL: "error",
})  # fmt: skip
_BASELINES = MappingProxyType({
    "new": "new", "open": "unchanged", "reopened": "updated", "resolved": "absent",
})  # fmt: skip
_KINDS = MappingProxyType({"fail": "fail", "unknown": "open", "pass": "pass"})


def driver(controls: Sequence[Control], version: str) -> dict[str, Any]:
    """Return the tool and its rules."""
    return {"name": "scanner", "version": version, "rules": list(map(_rule, controls))}


def results(
    controls: Sequence[Control], findings: Iterable[Mapping[str, Any]]
) -> Iterator[dict[str, Any]]:
    """Yield a result for every finding of the file."""
    levels = {each.id: _LEVELS[each.severity] for each in controls}
    for each in findings:
        yield _result(each, levels)


def _rule(control: Control) -> dict[str, Any]:
    found: dict[str, Any] = {
        "id": control.id,
        "shortDescription": {"text": control.title},
        "fullDescription": {"text": control.rationale or control.title},
        "help": {"text": control.remediation or control.title},
        "defaultConfiguration": {"level": _LEVELS[control.severity]},
    }
    return found | {"helpUri": control.links[0]} if control.links else found


def _result(finding: Mapping[str, Any], levels: Mapping[str, str]) -> dict[str, Any]:
    control, more = finding["compliance"]["control"], finding["unmapped"]
    resource, cloud = finding["resources"][0], finding["cloud"]
    kind = _KINDS[more["result"]]
    account, region = cloud["account"]["uid"], cloud.get("region", "")
    found: dict[str, Any] = {
        "ruleId": control,
        "kind": kind,
        "level": levels[control] if kind == "fail" else "none",
        "message": {"text": finding["message"]},
        "locations": [
            {"logicalLocations": [{"fullyQualifiedName": resource["uid"], "kind": "resource"}]}
        ],
        "partialFingerprints": {"finding/v1": finding["finding_info"]["uid"]},
        "baselineState": _BASELINES[more["state"]],
        "properties": {"account": account, "region": region, "type": resource["type"]},
    }
    if "exception" in more:
        why = f"{more['exception']['reason']} ({more['exception']['owner']})"
        found["suppressions"] = [{"kind": "external", "justification": why}]
    return found
