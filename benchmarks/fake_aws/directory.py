"""The operations with real logic: STS, Organizations and the regions of an account."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from benchmarks.fake_aws.errors import Failure
from benchmarks.fake_aws.organization import ROOT, Member, OrganizationalUnit
from benchmarks.fake_aws.shapes import EPOCH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from benchmarks.fake_aws.credentials import Identity, Issuer
    from benchmarks.fake_aws.organization import Organization
    from benchmarks.fake_aws.request import Request

_ORGANIZATION = "o-fake000000"
_STATES = {"PENDING_CLOSURE": "PENDING_CLOSURE", "SUSPENDED": "SUSPENDED"}
_DEFAULT_SESSION = 3600


def entered_account(request: Request) -> str:
    """Return the account whose role an AssumeRole asks for."""
    parts = request.form.get("RoleArn", "").split(":")
    return parts[4] if len(parts) > 5 else ""


def _is_trusted(member: Member, request: Request) -> bool:
    return not member.external_id or request.form.get("ExternalId") == member.external_id


class Directory:
    """Answers for the organization: its accounts, their regions, their roles."""

    def __init__(
        self, organization: Organization, issuer: Issuer, ttl: float | None, page_size: int
    ) -> None:
        self._organization = organization
        self._issuer = issuer
        self._ttl = ttl
        self._page_size = page_size
        self._members = {member.id: member for member in organization.members}
        self._answers: dict[tuple[str, str], Callable[[Request, Identity], dict[str, Any]]] = {
            ("sts", "AssumeRole"): self._assume_role,
            ("sts", "GetCallerIdentity"): self._caller,
            ("organizations", "DescribeOrganization"): self._describe,
            ("organizations", "ListAccounts"): self._accounts,
            ("organizations", "DescribeAccount"): self._account,
            ("organizations", "ListAccountsForParent"): self._accounts_of_parent,
            ("organizations", "ListOrganizationalUnitsForParent"): self._units_of_parent,
            ("organizations", "ListParents"): self._parents,
            ("organizations", "ListChildren"): self._children,
            ("organizations", "ListRoots"): self._roots,
            ("account", "ListRegions"): self._account_regions,
            ("ec2", "DescribeRegions"): self._ec2_regions,
        }

    def answer(
        self, service: str, operation: str, request: Request, identity: Identity
    ) -> dict[str, Any] | None:
        """Return the operation's output, or None where it has no logic of its own."""
        answer = self._answers.get((service, operation))
        return answer(request, identity) if answer else None

    def disabled(self, account: str, region: str) -> bool:
        """Say whether an account has not enabled a region."""
        member = self._members.get(account)
        return member is not None and region in member.disabled_regions

    def _assume_role(self, request: Request, identity: Identity) -> dict[str, Any]:
        account, arn = entered_account(request), request.form["RoleArn"]
        member = self._members.get(account)
        known = member is not None and member.open and _is_trusted(member, request)
        if account != self._organization.central and not known:
            raise Failure(
                "denied", message=f"{identity.arn} is not authorized to perform: sts:AssumeRole"
            )
        role, session = arn.rpartition("/")[2], request.form["RoleSessionName"]
        ttl = self._ttl or float(request.form.get("DurationSeconds", _DEFAULT_SESSION))
        issued = self._issuer.issue(account, role, session, ttl)
        return {
            "Credentials": {
                "AccessKeyId": issued.key,
                "SecretAccessKey": issued.secret,
                "SessionToken": issued.token,
                "Expiration": issued.expires,
            },
            "AssumedRoleUser": {
                "AssumedRoleId": f"AROAFAKE:{session}",
                "Arn": f"arn:aws:sts::{account}:assumed-role/{role}/{session}",
            },
        }

    def _caller(self, _: Request, identity: Identity) -> dict[str, Any]:
        return {"UserId": identity.key, "Account": identity.account, "Arn": identity.arn}

    def _describe(self, _: Request, __: Identity) -> dict[str, Any]:
        central = self._organization.central
        return {
            "Organization": {
                "Id": _ORGANIZATION,
                "Arn": f"arn:aws:organizations::{central}:organization/{_ORGANIZATION}",
                "FeatureSet": "ALL",
                "MasterAccountArn": self._arn("account", central),
                "MasterAccountId": central,
                "MasterAccountEmail": "central@example.com",
                "AvailablePolicyTypes": [],
            }
        }

    def _accounts(self, request: Request, _: Identity) -> dict[str, Any]:
        central = Member(self._organization.central, "central")
        return self._slice(request, "Accounts", [central, *self._organization.members])

    def _account(self, request: Request, _: Identity) -> dict[str, Any]:
        member = self._members.get(request.json["AccountId"])
        if member is None:
            raise Failure("AccountNotFoundException", 400, "No such account")
        return {"Account": self._member(member)}

    def _accounts_of_parent(self, request: Request, _: Identity) -> dict[str, Any]:
        parent = request.json["ParentId"]
        found = [each for each in self._organization.members if each.parent == parent]
        if parent == ROOT:
            found.insert(0, Member(self._organization.central, "central"))
        return self._slice(request, "Accounts", found)

    def _units_of_parent(self, request: Request, _: Identity) -> dict[str, Any]:
        parent = request.json["ParentId"]
        found = [each for each in self._organization.units if each.parent == parent]
        return self._slice(request, "OrganizationalUnits", found)

    def _parents(self, request: Request, _: Identity) -> dict[str, Any]:
        child = request.json["ChildId"]
        organization = self._organization
        everyone: list[Member | OrganizationalUnit] = [*organization.members, *organization.units]
        parent = next((each.parent for each in everyone if each.id == child), ROOT)
        kind = "ROOT" if parent == ROOT else "ORGANIZATIONAL_UNIT"
        return {"Parents": [{"Id": parent, "Type": kind}]}

    def _children(self, request: Request, _: Identity) -> dict[str, Any]:
        kind, parent = request.json["ChildType"], request.json["ParentId"]
        organization = self._organization
        everyone: tuple[Member | OrganizationalUnit, ...] = (
            organization.members if kind == "ACCOUNT" else organization.units
        )
        children = [{"Id": each.id, "Type": kind} for each in everyone if each.parent == parent]
        return {"Children": children}

    def _roots(self, _: Request, __: Identity) -> dict[str, Any]:
        arn = self._arn("root", ROOT)
        return {"Roots": [{"Id": ROOT, "Arn": arn, "Name": "Root", "PolicyTypes": []}]}

    def _slice(
        self, request: Request, name: str, found: Sequence[Member | OrganizationalUnit]
    ) -> dict[str, Any]:
        size = min(int(request.json.get("MaxResults", self._page_size)), self._page_size)
        start = int(request.json.get("NextToken", 0))
        page: dict[str, Any] = {name: [self._child(each) for each in found[start : start + size]]}
        if start + size < len(found):
            page["NextToken"] = str(start + size)
        return page

    def _child(self, child: Member | OrganizationalUnit) -> dict[str, Any]:
        if isinstance(child, Member):
            return self._member(child)
        return {"Id": child.id, "Arn": self._arn("ou", child.id), "Name": child.name}

    def _member(self, member: Member) -> dict[str, Any]:
        return {
            "Id": member.id,
            "Arn": self._arn("account", member.id),
            "Email": f"{member.name}@example.com",
            "Name": member.name,
            "Status": member.status,
            "State": _STATES.get(member.status, "ACTIVE"),
            "JoinedMethod": "CREATED",
            "JoinedTimestamp": EPOCH,
        }

    def _arn(self, kind: str, id: str) -> str:
        return f"arn:aws:organizations::{self._organization.central}:{kind}/{_ORGANIZATION}/{id}"

    def _account_regions(self, request: Request, identity: Identity) -> dict[str, Any]:
        account = request.json.get("AccountId", identity.account)
        wanted = request.json.get("RegionOptStatusContains")
        regions = [
            {
                "RegionName": region,
                "RegionOptStatus": "DISABLED"
                if self.disabled(account, region)
                else "ENABLED_BY_DEFAULT",
            }
            for region in self._organization.regions
        ]
        return {"Regions": [e for e in regions if not wanted or e["RegionOptStatus"] in wanted]}

    def _ec2_regions(self, request: Request, identity: Identity) -> dict[str, Any]:
        everything = request.form.get("AllRegions") == "true"
        wanted = [value for key, value in request.form.items() if key.startswith("RegionName.")]
        regions = []
        for region in self._organization.regions:
            off = self.disabled(identity.account, region)
            if (region in wanted or not wanted) and (everything or not off):
                endpoint = f"ec2.{region}.amazonaws.com"
                status = "not-opted-in" if off else "opt-in-not-required"
                regions.append({"RegionName": region, "Endpoint": endpoint, "OptInStatus": status})
        return {"Regions": regions}
