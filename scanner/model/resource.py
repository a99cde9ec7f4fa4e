"""What can be scanned, as data: a resource type and the calls that describe it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Literal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

NONE: Mapping[str, Any] = MappingProxyType({})

BULK = "bulk"
"""As a type's `tags`: the Resource Groups Tagging API knows all of them, by ARN."""


TAGS = "Tags"
"""The name of a resource's tags among its details."""


@dataclass(frozen=True, slots=True)
class Call:
    """One read operation and what to take from its answer.

    `params` values that are strings starting with `$` are filled in before sending:
    `$Member.Path` from the item (for a child's list call: from the parent's item),
    `$parent.Member.Path` from the parent's item and `$arn`, the item's ARN, in other calls,
    `$account`, `$region`, `$partition` from the target. In a batched call the value
    `["$Member"]` becomes the list of that member over the batch. A path that ends in `/`
    gives what follows the value's last slash (`$Id/`: `Z1` of `/hostedzone/Z1`).
    `out` is a JMESPath expression on the answer: for a list call it must give a list of
    items (`Reservations[].Instances[]`); for a detail call any value; empty is the whole
    answer without `ResponseMetadata`.

    `page_size` is sent as the operation's page-size parameter; None sends the model's
    maximum, up to 1,000, where it declares one; 0 sends none.

    Detail calls only:
    `name` stores the value under `supplementary[name]`; without it the value, a mapping, is
    merged into the item: the resource itself, read in full.
    `batch` > 0 asks for that many items in one call; `match` is then
    `"<item member>=<result member>"`, which tells the results apart; `out` gives a list.
    `absent` lists error codes that mean "there is none".
    `unless` names an item member whose presence makes the call needless.
    `region` overrides the client's region, `$Member` from the item.
    """

    operation: str
    params: Mapping[str, Any] = field(default_factory=lambda: NONE)
    out: str = ""
    page_size: int | None = None
    name: str = ""
    batch: int = 0
    match: str = ""
    absent: tuple[str, ...] = ()
    unless: str = ""
    region: str = ""


@dataclass(frozen=True, slots=True)
class ResourceType:
    """One kind of resource: how to list it, and what its members mean.

    `type` is the CloudFormation name, or `service:noun` where there is none. `service` is
    botocore's name. `id`, `name`, `created` are member paths (`A.B`) of the item after merged
    details; items that are plain strings are wrapped by `list.out`
    (`QueueUrls[].{QueueUrl: @}`). `arn` is a member path, or a template
    (`arn:{partition}:sqs:{region}:{account}:{QueueName}`) over members and the target;
    `{parent.Member}` is one of the parent's item. `id` may be such a template too
    (`{parent.RestApiId}/{stageName}`, a missing member is empty): it must tell all items of an
    account and region apart.
    Here too a path that ends in `/` gives what follows the last slash.
    `tags` is a member path to a map or to a list of key/value pairs, a `Call` whose `out` is
    that, or `BULK`: one sweep of the account and region tells the tags of all ARNs, and what
    it does not name has none. Without `tags` the sweep is asked too, but its silence says
    nothing: they are unknown (null).
    `scope="global"` lists once an account; `home` is the region whose endpoint then answers
    (default: the partition's first). `parent` is the type whose items feed `list.params`;
    it must be of the same service and scope. `located` is the member that tells an item's own
    region where a regional call answers for all of them: items elsewhere are left out.
    `redact` lists member paths whose values are secrets (`Environment.Variables.*`; `[]` walks
    a list, `*` every value of a map).
    `unsubscribed` lists error codes that mean the service is not switched on here.
    `derived` marks what nobody declared: the type follows from botocore's models alone.
    `omitted` names details that are not asked for now: records tell them as unread.
    """

    type: str
    service: str
    list: Call
    id: str
    arn: str = ""
    name: str = ""
    created: str = ""
    each: tuple[Call, ...] = ()
    tags: str | Call = ""
    scope: Literal["regional", "global"] = "regional"
    home: str = ""
    parent: str = ""
    located: str = ""
    redact: tuple[str, ...] = ()
    unsubscribed: tuple[str, ...] = ()
    derived: bool = False
    omitted: tuple[str, ...] = ()

    @property
    def details(self) -> frozenset[str]:
        """The names of what is asked for beside the resources themselves: it can be left out."""
        tags = () if isinstance(self.tags, str) and self.tags not in ("", BULK) else (TAGS,)
        return frozenset((*tags, *(call.name for call in self.each if call.name)))

    def without(self, names: Collection[str]) -> ResourceType:
        """Return the type with these details left out."""
        each = tuple(call for call in self.each if not call.name or call.name not in names)
        tags = "" if TAGS in names else self.tags
        return replace(self, each=each, tags=tags, omitted=tuple(sorted(names)))

    @property
    def calls(self) -> tuple[Call, ...]:
        """List every call the type makes, the listing first."""
        tags = (self.tags,) if isinstance(self.tags, Call) else ()
        return (self.list, *self.each, *tags)
