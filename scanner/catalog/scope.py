"""Know which actions IAM bounds by one ARN; a pure look-up in generated facts."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

from scanner.catalog.facts import rows

if TYPE_CHECKING:
    from collections.abc import Mapping

_VARIABLE = re.compile(r"\\\$\\\{[^{}]+\\\}")
_LOG_GROUP = re.compile(r"(arn:[^:]+:logs:[^:]*:[^:]*:log-group:[^:*]+)(:\*)?")


def bound_of(action: str, arn: str) -> str | None:
    """Return the ARN as a policy names it, where that alone bounds an action; else None.

    Those of log groups end in `:*` there (CloudWatch Logs, overview of managing access).
    """
    pattern = _patterns().get(action)
    if pattern is None or not re.fullmatch(pattern, arn):
        return None
    log_group = _LOG_GROUP.fullmatch(arn)
    return f"{log_group[1]}:*" if log_group else arn


@cache
def _patterns() -> Mapping[str, str]:
    """Map each action that is about one kind of resource to what such ARNs look like."""
    return {
        f"{row['prefix']}:{name}": _VARIABLE.sub(".+", re.escape(row["arn"]))
        for row in rows("scopes")
        for name in row["actions"]
    }
