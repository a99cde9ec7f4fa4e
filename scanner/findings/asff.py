"""Write findings in the AWS Security Finding Format, for Security Hub, as plain data.

https://docs.aws.amazon.com/securityhub/latest/userguide/securityhub-findings-format-attributes.html
Who imports a finding must be the account it names: findings about members are the central
account's, and the resource tells where they were found. `Workflow` and `Note` belong to the people
who work on findings: an import can't change them and never sends them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from scanner.findings.ocsf import OWN

if TYPE_CHECKING:
    from collections.abc import Mapping

SCHEMA = "2018-10-08"
CHECKS = "Software and Configuration Checks"
STANDARDS = f"{CHECKS}/Industry and Regulatory Standards"
TITLE, DESCRIPTION, ADVICE, VALUE, URL = 256, 1024, 512, 2048, 2048
"""The most characters of each; they keep every finding far below 240 KB."""
ID = 512

_STATUSES = MappingProxyType({"fail": "FAILED", "pass": "PASSED", "unknown": "NOT_AVAILABLE"})


@dataclass(frozen=True, slots=True)
class Address:
    """Where findings go: the account, and the region where it is always one; and when.

    `region` is for what is in no region. `types` has Security Hub's names of types of resources
    by the same in small letters.
    """

    account_id: str
    partition: str
    region: str
    moment: str
    types: Mapping[str, str]
    everything_there: bool = False

    def region_of(self, finding: Mapping[str, Any]) -> str:
        """Return the region whose Security Hub a finding goes to."""
        found = finding["cloud"].get("region", "global")
        return self.region if self.everything_there or found == "global" else str(found)

    def product(self, region: str) -> str:
        """Return the ARN of the account's own product."""
        account = self.account_id
        return f"arn:{self.partition}:securityhub:{region}:{account}:product/{account}/default"


def as_asff(finding: Mapping[str, Any], address: Address) -> dict[str, Any]:
    """Write a finding that is given as OCSF."""
    info, compliance = finding["finding_info"], finding["compliance"]
    more = finding["unmapped"]
    over = more["state"] == "resolved" or "exception" in more
    first = _moment(info["first_seen_time"])
    return {
        "SchemaVersion": SCHEMA,
        "Id": f"scanner/{info['uid']}",
        "ProductArn": address.product(address.region_of(finding)),
        "GeneratorId": compliance["control"][:ID],
        "AwsAccountId": address.account_id,
        "CreatedAt": first,
        "FirstObservedAt": first,
        "LastObservedAt": _moment(info["last_seen_time"]),
        "UpdatedAt": address.moment,
        "FindingProviderFields": {
            "Severity": {"Label": finding["severity"].upper()},
            "Types": [CHECKS if compliance["standards"] == [OWN] else STANDARDS],
        },
        "Title": _cut(info["title"], TITLE),
        "Description": _cut(info["desc"] or info["title"], DESCRIPTION),
        "Remediation": {"Recommendation": _recommendation(finding["remediation"])},
        "ProductFields": _product_fields(finding),
        "Resources": [_resource(finding, address)],
        "Compliance": _compliance(finding),
        "RecordState": "ARCHIVED" if over else "ACTIVE",
    }


def archived(sent: Mapping[str, Any], moment: str) -> dict[str, Any]:
    """Write a finding that was sent before as one that is resolved."""
    compliance = {"Status": _STATUSES["pass"]}
    requirements = sent["Compliance"].get("RelatedRequirements")
    compliance |= {"RelatedRequirements": requirements} if requirements else {}
    return {**sent, "Compliance": compliance, "RecordState": "ARCHIVED", "UpdatedAt": moment}


def _compliance(finding: Mapping[str, Any]) -> dict[str, Any]:
    compliance, more = finding["compliance"], finding["unmapped"]
    standard = compliance["standards"][0]
    found: dict[str, Any] = {"Status": _STATUSES[more["result"]]}
    if standard != OWN:
        number = compliance["control"].rpartition("/")[2]
        found["RelatedRequirements"] = [_cut(f"{standard}/{number}", TITLE)]
    reasons = []
    if exception := more.get("exception"):
        said = f"{exception['reason']} ({exception['owner']}, until {exception['expires']})"
        reasons.append({"ReasonCode": "EXCEPTION", "Description": _cut(said, VALUE)})
    if detail := compliance.get("status_detail"):
        code = "COULD_NOT_BE_READ" if more["result"] == "unknown" else "CHECKED"
        reasons.append({"ReasonCode": code, "Description": _cut(detail, VALUE)})
    return found | {"StatusReasons": reasons} if reasons else found


def _resource(finding: Mapping[str, Any], address: Address) -> dict[str, Any]:
    resource, cloud = finding["resources"][0], finding["cloud"]
    known = resource["type"].replace("::", "").lower()
    found = {
        "Type": address.types.get(known, "Other"),
        "Id": _cut(resource["uid"], ID),
        "Partition": address.partition,
    }
    region = cloud.get("region", "global")
    return found if region == "global" else found | {"Region": region}


def _product_fields(finding: Mapping[str, Any]) -> dict[str, str]:
    """Return what the format has no place for; nothing that changes from night to night."""
    resource, account = finding["resources"][0], finding["cloud"]["account"]
    fields = {
        "scanner/control": finding["compliance"]["control"],
        "scanner/account_id": account["uid"],
        "scanner/account_name": account.get("name"),
        "scanner/region": finding["cloud"].get("region"),
        "scanner/resource_type": resource["type"],
        "scanner/resource_id": finding["unmapped"]["resource_id"],
        "scanner/resource_name": resource.get("name"),
    }
    return {name: _cut(value, VALUE) for name, value in fields.items() if value}


def _recommendation(remediation: Mapping[str, Any]) -> dict[str, str]:
    found = {"Text": _cut(remediation["desc"], ADVICE)}
    links = [each for each in remediation.get("references", ()) if len(each) <= URL]
    return found | {"Url": links[0]} if links else found


def _moment(milliseconds: int) -> str:
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _cut(text: str, most: int) -> str:
    """Shorten a text; Security Hub takes none that is blank."""
    text = text.strip() or "-"
    return text if len(text) <= most else f"{text[: most - 1]}…"
