"""Compile Custodian's `ingress` and `egress`: some rule of a security group is like this."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from scanner.model.errors import SettingsError
from scanner.policies.filter import Filter, each
from scanner.policies.syntax import check_members
from scanner.policies.value import short_value, value_filter

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from scanner.policies.filter import Resource
    from scanner.policies.syntax import Scope

    Question = Callable[[Resource, Resource], bool | None]
    """Asks a rule of a group something; None where there is nothing to ask."""

TYPE = "AWS::EC2::SecurityGroup"
LISTS = MappingProxyType({"ingress": "IpPermissions", "egress": "IpPermissionsEgress"})
MEMBERS = ("FromPort", "IpProtocol", "IpRanges", "PrefixListIds", "ToPort", "UserIdGroupPairs")
OTHERS = (
    "Cidr", "CidrV6", "Ports", "OnlyPorts", "SelfReference", "Description", "match-operator",
)  # fmt: skip
_PEERS = ("IpRanges", "Ipv6Ranges", "PrefixListIds", "UserIdGroupPairs")
_DESCRIBED = ("Ipv6Ranges", "IpRanges", "UserIdGroupPairs", "PrefixListIds")


def permission_filter(data: Mapping[str, Any], scope: Scope) -> Filter:
    """Compile `ingress` or `egress`; each peer of a rule is judged as a rule of its own."""
    name = data["type"]
    if scope.type != TYPE:
        raise SettingsError(f"filter {name!r} is of {TYPE} only")
    if "SGReferences" in data:
        raise SettingsError(f"{name}'s SGReferences needs resources besides the one judged")
    check_members(data, ("type", *MEMBERS, *OTHERS), name)
    asked = [*_of_members(data, scope), *_of_others(data, scope)]
    conclude = _conclusion(data)
    key = LISTS[name]

    def judge(group: Resource) -> bool:
        for rule in _expanded(group[key]):
            answers = [answer for ask in asked if (answer := ask(rule, group)) is not None]
            if answers and conclude(answers):
                return True
        return False

    return each(judge, frozenset({key, "GroupId"}))


def _conclusion(data: Mapping[str, Any]) -> Callable[[list[bool]], bool]:
    name = data.get("match-operator", "and")
    if name not in ("and", "or"):
        raise SettingsError(f"match-operator must be and or or, not {name!r}")
    return all if name == "and" else any


def _of_members(data: Mapping[str, Any], scope: Scope) -> Iterator[Question]:
    for name in MEMBERS:
        if name in data:
            match = _value(name, data[name], scope)
            yield lambda rule, _, match=match: match(rule)  # type: ignore[misc]  # mypy can't infer bound defaults


def _of_others(data: Mapping[str, Any], scope: Scope) -> Iterator[Question]:
    if "Description" in data:
        yield _description(_value("Description", data["Description"], scope))
    if data.get("Ports") or data.get("OnlyPorts"):
        ports, only = data.get("Ports") or [], data.get("OnlyPorts") or []
        yield lambda rule, _: _ports(rule, ports, only)
    if "Cidr" in data or "CidrV6" in data:
        yield _addresses(data, scope)
    if data.get("SelfReference") is not None:
        wanted = data["SelfReference"]
        yield lambda rule, group: _refers_to_itself(rule, group, wanted)


def _value(key: str, given: Any, scope: Scope) -> Callable[[Resource], bool]:
    if isinstance(given, dict):
        compiled = value_filter({**given, "key": key, "type": "value"}, scope)
    else:
        compiled = short_value(key, given)
    if compiled.match is None:
        raise SettingsError(f"{key} takes a filter of one value")
    return compiled.match


def _description(match: Callable[[Resource], bool]) -> Question:
    def ask(rule: Resource, _: Resource) -> bool:
        peers = next((rule[name] for name in _DESCRIBED if rule.get(name)), None)
        return peers is not None and match(peers[0])

    return ask


def _ports(rule: Resource, ports: list[int], only: list[int]) -> bool | None:
    """Say whether a rule has one of the ports, and more than those of `only`.

    A rule of every protocol names no ports: there is nothing to ask.
    """
    if "FromPort" not in rule or "ToPort" not in rule:
        return None
    first, last = rule["FromPort"], rule["ToPort"]
    found = any(first <= port <= last for port in ports) if ports else None
    if not only:
        return found
    return found is not False and not any(port == first == last for port in only)


def _addresses(data: Mapping[str, Any], scope: Scope) -> Question:
    wanted = [
        (peers, _value(key, data[name], scope))
        for name, key, peers in (
            ("CidrV6", "CidrIpv6", "Ipv6Ranges"), ("Cidr", "CidrIp", "IpRanges"),
        )
        if name in data
    ]  # fmt: skip
    conclude = _conclusion(data)

    def ask(rule: Resource, _: Resource) -> bool:
        return conclude([any(map(match, rule.get(peers) or ())) for peers, match in wanted])

    return ask


def _refers_to_itself(rule: Resource, group: Resource, wanted: object) -> bool:
    if "UserIdGroupPairs" not in rule:
        return False
    own = any(pair.get("GroupId") == group["GroupId"] for pair in rule["UserIdGroupPairs"])
    return wanted is own


def _expanded(rules: list[Resource]) -> Iterator[Resource]:
    for rule in rules:
        bare = {**rule, **{name: [] for name in _PEERS}}
        for name in _PEERS:
            for peer in rule.get(name) or ():
                yield {**bare, name: [peer]}
