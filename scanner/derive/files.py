"""Write the derived facts as lines of JSON, sorted, so that a change reads well in a diff."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import scanner.catalog
from scanner.derive.authorization import Authorization
from scanner.derive.availability import presences
from scanner.derive.funnel import REASONS, Funnel
from scanner.derive.judgements import Judgements
from scanner.derive.packages import versions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from scanner.derive.authorization import Grant
    from scanner.derive.describe import Derived
    from scanner.model.resource import ResourceType

FOLDER = Path(scanner.catalog.__file__).with_name("facts")

_WRITTEN = ("id", "arn", "name", "created", "tags", "scope", "home", "redact")
_DEFAULTS = {"scope": "regional"}


def documents() -> dict[str, str]:
    """Derive everything from the installed packages; return the files by name."""
    judgements = Judgements.load()
    authorization = Authorization.load(judgements)
    funnel = Funnel(judgements, authorization)
    derived = funnel.run()
    texts = {reason.code: reason.text for reason in judgements.reasons} | REASONS
    return {
        "derived.jsonl": _text({}, (_type_row(each) for each in derived)),
        "excluded.jsonl": _text(
            {"reasons": dict(sorted(texts.items()))},
            (
                {"service": each.service, "operation": each.operation, "reason": each.reason}
                for each in funnel.excluded
            ),
        ),
        "actions.jsonl": _text({}, _action_rows(authorization.grants())),
        "writes.jsonl": _text({}, _action_rows(authorization.changes())),
        "scopes.jsonl": _text({}, _scope_rows(authorization)),
        "regions.jsonl": _text(*_region_rows([each.type for each in derived], judgements)),
    }


def _text(header: Mapping[str, Any], rows: Iterable[Mapping[str, Any]]) -> str:
    """Write a header line, which names the packages, and the rows sorted."""
    first = _line({"generated_by": "python -m scanner.derive", "from": versions(), **header})
    return "\n".join([first, *sorted(map(_line, rows)), ""])


def _line(row: Mapping[str, Any]) -> str:
    return json.dumps(row, ensure_ascii=False)


def _type_row(derived: Derived) -> dict[str, Any]:
    each = derived.type
    row: dict[str, Any] = {"service": each.service, "operation": each.list.operation}
    row |= {"type": each.type, "params": dict(each.list.params), "out": each.list.out}
    row |= {name: getattr(each, name) for name in _WRITTEN}
    row |= {"access": derived.grant.access, "actions": list(derived.grant.actions)}
    return {name: value for name, value in row.items() if value and value != _DEFAULTS.get(name)}


def _action_rows(grants: Iterator[tuple[str, str, Grant]]) -> Iterator[dict[str, Any]]:
    for service, operation, grant in grants:
        yield {"service": service, "operation": operation, "actions": list(grant.actions)}


def _scope_rows(authorization: Authorization) -> Iterator[dict[str, Any]]:
    for prefix, arn, actions in authorization.scopes():
        yield {"prefix": prefix, "arn": arn, "actions": actions}


def _region_rows(
    types: list[ResourceType], judgements: Judgements
) -> tuple[dict[str, Any], Iterator[dict[str, Any]]]:
    found = presences(types, judgements.infrastructure)
    known = sorted({region for each in found.values() for region in each.regions | each.unsure})
    rows = (
        {"service": service, "regions": sorted(each.regions)}
        | ({"unsure": sorted(each.unsure)} if each.unsure else {})
        for service, each in found.items()
    )
    return {"regions": known}, rows
