"""`scanner iam`: the exact policies and the StackSet template that a scan needs."""

from __future__ import annotations

import json
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import read_settings, settings_options
from scanner.model.errors import SettingsError
from scanner.settings import bucket_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from scanner.settings import Settings

DOCUMENTS = ("policy", "trust", "template", "central", "central-template", "actions")


@click.command("iam")
@settings_options("types", "services", "types_from", "task", "role", "out", "out_kms_key")
@click.option(
    "--document",
    type=click.Choice(DOCUMENTS),
    default="policy",
    show_default=True,
    help="member policy, trust policy, the member role as a CloudFormation template, central "
    "policy, the central role as a template, or the bare list",
)
@click.option(
    "--format",
    "as_format",
    type=click.Choice(("json", "yaml")),
    default="json",
    show_default=True,
    help="how a document is written",
)
@click.option(
    "--principal",
    metavar="ARN",
    default="arn:aws:iam::CENTRAL-ACCOUNT:root",
    show_default=True,
    help="who may enter, in the trust policy",
)
@click.option(
    "--plan", type=click.Path(dir_okay=False), metavar="FILE", help="a plan of changes, of tags too"
)
def command(**options: Any) -> None:
    """Print exactly the IAM permissions that a scan of the chosen types calls.

    With --task, those that a task of your own declares, and those of types only if they are
    chosen too.

    With --plan, those that the role needs which applies it.

    A policy over the size limit of IAM is split: `policy` prints one JSON document a line.
    `central` has what writing to S3 takes, where --out names a bucket; the template asks for it.

    \b
    Examples:
      scanner iam --document template --format yaml > member-role.yaml
      scanner iam --types 'AWS::EC2::*' --document policy
      scanner iam --task tasks.py:idle_users --document template
      scanner iam --plan plan.jsonl --role ScannerChangeRole --document template
      scanner iam --document central --role ScannerReadRole --out s3://my-inventory/scans
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    settings, _ = read_settings(options)
    actions = partial(_planned, options["plan"]) if options["plan"] else partial(_actions, settings)
    for document in _documents(settings, options["document"], options["principal"], actions):
        click.echo(_written(document, options["as_format"]))


def _written(document: Any, as_format: str) -> str:
    from scanner.app.stacks import as_yaml  # noqa: PLC0415 — what --help does not need

    if isinstance(document, str):
        return document
    return as_yaml(document).rstrip() if as_format == "yaml" else json.dumps(document, indent=2)


def _documents(
    settings: Settings, which: str, principal: str, find_actions: Callable[[], Collection[str]]
) -> list[Any]:
    from scanner.app import iam, stacks  # noqa: PLC0415 — what --help does not need

    if which == "trust":
        return [iam.trust_policy(principal, iam.EXTERNAL_ID)]
    if which == "central":
        bucket, prefix = bucket_of(settings.out)
        key = settings.out_kms_key
        kept = iam.output_statements(bucket, prefix, key) if bucket else ()
        return [iam.central_policy(settings.role, kept=kept)]
    if which == "central-template":
        return [stacks.central_template(settings.role)]
    actions = find_actions()
    if which == "actions":
        return sorted({*actions, *iam.ALWAYS})
    if which == "template":
        return [stacks.member_template(actions, settings.role)]
    return [json.dumps(each, separators=(",", ":")) for each in iam.member_policies(actions)]


def _planned(plan: str) -> Collection[str]:
    from scanner.app.remediation.access import actions_of  # noqa: PLC0415 — what --help does not need
    from scanner.output import read_change_plan  # noqa: PLC0415 — as above

    return actions_of(read_change_plan(Path(plan)).changes)


def _actions(settings: Settings) -> set[str]:
    from scanner.app import iam  # noqa: PLC0415 — what --help does not need
    from scanner.app.tasks import find_task  # noqa: PLC0415 — as above
    from scanner.app.types import catalog_of  # noqa: PLC0415 — as above

    declared: set[str] = set()
    if settings.task is not None:
        task = find_task(settings)
        if not task.permissions:
            raise SettingsError(f"task {task.name} declares no permissions=(…)")
        declared.update(task.permissions)
        if not (settings.types or settings.services):
            return declared
    catalog = catalog_of(settings, settings.types)
    chosen = catalog.select(settings.types, settings.services)
    return declared | iam.actions_for(chosen, catalog.types)
