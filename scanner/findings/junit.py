"""Write what a check gave as JUnit XML: a suite a control, a case an account."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape, quoteattr

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from scanner.findings.tally import Counts, Tally
    from scanner.model.control import Control

MOST = 50
"""Resources that a case names; the file of findings has all."""

_ILLEGAL = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])


def junit(
    tally: Tally, controls: Sequence[Control], findings: Iterable[Mapping[str, Any]]
) -> Iterator[str]:
    """Yield the document's lines; `findings` are those of the file, as OCSF."""
    named, cases = _named(findings), _cases(tally)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    yield f"<testsuites {_numbers(tally.counts.values())}>"
    for control in controls:
        if control.id in cases:
            numbers = _numbers(cases[control.id].values())
            yield f"  <testsuite name={_quoted(control.id)} {numbers}>"
            for account, counts in sorted(cases[control.id].items()):
                yield from _case(control, account, counts, named[control.id, account])
            yield "  </testsuite>"
    yield "</testsuites>"


def _cases(tally: Tally) -> dict[str, dict[str, Counts]]:
    found: dict[str, dict[str, Counts]] = defaultdict(dict)
    for (control, account), counts in tally.counts.items():
        found[control][account] = counts
    return found


def _named(findings: Iterable[Mapping[str, Any]]) -> dict[tuple[str, str], list[str]]:
    found: dict[tuple[str, str], list[str]] = defaultdict(list)
    for each in findings:
        if each["unmapped"]["result"] == "pass":
            continue
        lines = found[each["compliance"]["control"], each["cloud"]["account"]["uid"]]
        if len(lines) < MOST:
            lines.append(f"{each['status']} {each['resources'][0]['uid']} {each['message']}")
    return found


def _case(control: Control, account: str, counts: Counts, lines: list[str]) -> Iterator[str]:
    text = escape("\n".join(lines).translate(_ILLEGAL))
    yield f"    <testcase classname={_quoted(control.id)} name={_quoted(account)}>"
    if counts.failed:
        said = f"{control.title}: {counts.failed} failed, {counts.unknown} unknown"
        yield f"      <failure message={_quoted(said)}>{text}</failure>"
    elif counts.unknown:
        said = f"{control.title}: {counts.unknown} unknown"
        yield f"      <error message={_quoted(said)}>{text}</error>"
    elif counts.suppressed or not counts.passed:
        said = f"{counts.suppressed} suppressed" if counts.suppressed else "nothing to judge"
        yield f"      <skipped message={_quoted(said)}/>"
    yield "    </testcase>"


def _numbers(cases: Collection[Counts]) -> str:
    failed = sum(each.failed > 0 for each in cases)
    unknown = sum(each.unknown > 0 and not each.failed for each in cases)
    return f'tests="{len(cases)}" failures="{failed}" errors="{unknown}"'


def _quoted(text: str) -> str:
    return quoteattr(text.translate(_ILLEGAL))
