"""Send notices where the user wants them: SNS, EventBridge, a webhook of Slack's."""

from __future__ import annotations

import os
from collections import Counter
from typing import TYPE_CHECKING

import aiohttp

from scanner.analysis.diff import Kind
from scanner.app.link import VERSION
from scanner.aws.notices import Bus, Topic, send
from scanner.model.errors import OutputError, ScannerError, SettingsError
from scanner.model.notice import Notice
from scanner.model.record import SCHEMA

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from scanner.app.diff import Diff

SLACK = "slack-webhook"
WEBHOOK = "SCANNER_SLACK_WEBHOOK"
"""The variable with the webhook's address, which is a secret: no option takes it."""

_SAFE = ("https://", "http://127.0.0.1:")

MOST_TYPES = 50
"""Types that a notice names, those with most changes."""

_PATIENCE = aiohttp.ClientTimeout(total=30)
_MAKERS: Mapping[str, Callable[[str], Topic | Bus | None]] = {
    "sns": Topic.of, "eventbridge": Bus.of,
}  # fmt: skip


def read_targets(texts: Sequence[str]) -> list[Topic | Bus | str]:
    """Read `sns://ARN`, `eventbridge://BUS` and `slack-webhook`; raises SettingsError."""
    return [_target(text) for text in texts]


def _target(text: str) -> Topic | Bus | str:
    if text == SLACK:
        if not os.environ.get(WEBHOOK, "").startswith(_SAFE):
            raise SettingsError(f"--notify {SLACK}: set {WEBHOOK} to the webhook's https address")
        return SLACK
    scheme, _, name = text.partition("://")
    found = _MAKERS[scheme](name) if scheme in _MAKERS else None
    if found is None:
        known = f"sns://TOPIC-ARN, eventbridge://BUS or {SLACK}"
        raise SettingsError(f"--notify {text.split('://', maxsplit=1)[0]}…: it takes {known}")
    return found


def of_diff(diff: Diff, totals: Mapping[str, Counter[str]]) -> Notice:
    """Sum up a comparison: counts by type and kind of change, no resource."""
    whole = sum(totals.values(), Counter[str]())
    ranked = sorted(totals, key=lambda name: (-totals[name].total(), name))[:MOST_TYPES]
    said = ", ".join(
        f"{whole[kind]:,} {kind}" for kind in ("added", "removed", "changed", "unknown")
    )
    lines = [
        f"{name}: {', '.join(f'{count:,} {kind}' for kind, count in sorted(totals[name].items()))}"
        for name in ranked
    ]
    more = f"… and {len(totals) - len(ranked)} types more" if len(totals) > len(ranked) else ""
    facts = {
        "schema": SCHEMA,
        "old_run_id": diff.old,
        "new_run_id": diff.new,
        "changes": {str(kind): count for kind, count in whole.items()},
        "types": {name: {str(k): count for k, count in totals[name].items()} for name in ranked},
    }
    text = "\n".join(filter(None, (f"{diff.old} to {diff.new}", said, "", *lines, more)))
    return Notice("Scanner Diff", f"scanner: {said}", text, facts)


def _spelled(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{counts.get(kind, 0):,} {kind}" for kind in Kind)


async def notify(targets: Sequence[Topic | Bus | str], notice: Notice, profile: str | None) -> None:
    """Send a notice to every target; raises OutputError that names those it did not reach."""
    failed = []
    for target in targets:
        try:
            if isinstance(target, str):
                await _to_slack(notice)
            else:
                await send(target, notice, profile, f"scanner/{VERSION}")
        except ScannerError as exc:
            name = target if isinstance(target, str) else target.call(notice)[0]
            failed.append(f"{name}: {exc}")
    if failed:
        raise OutputError(f"the summary could not be sent: {'; '.join(failed)}")


async def _to_slack(notice: Notice) -> None:
    """Post to the webhook; what goes wrong is told without its address."""
    body = {"text": f"*{notice.title}*\n{notice.text}"}
    try:
        async with (
            aiohttp.ClientSession(trust_env=True, timeout=_PATIENCE) as session,
            session.post(os.environ[WEBHOOK], json=body) as answer,
        ):
            status = answer.status
    except (aiohttp.ClientError, TimeoutError) as exc:
        raise OutputError(type(exc).__name__) from None
    if status >= 400:  # noqa: PLR2004 — HTTP's own number
        raise OutputError(f"HTTP {status}")
