"""`scanner package`: the program as platforms want it that install nothing themselves."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click

from scanner.cli.options import json_option
from scanner.model.errors import SettingsError

DATE = "SOURCE_DATE_EPOCH"
"""The date of a build's files, in seconds, for builds that can be repeated
(reproducible-builds.org)."""


@click.group("package")
def command() -> None:
    """Build what a platform runs.

    \b
    Example:
      scanner package lambda --arch arm64
    """  # noqa: D301 — \b is click's mark for text to be left as it is


@command.command("lambda")
@click.option(
    "--out", default="dist", type=click.Path(file_okay=False), show_default=True,
    metavar="DIRECTORY", help="where the zip goes",
)  # fmt: skip
@click.option(
    "--arch", default="x86_64", type=click.Choice(["x86_64", "arm64"]), show_default=True,
    help="the function's architecture",
)  # fmt: skip
@click.option(
    "--python", default="3.13", type=click.Choice(["3.11", "3.12", "3.13"]), show_default=True,
    help="the version of Python of the function's runtime",
)  # fmt: skip
@click.option(
    "--include", multiple=True, type=click.Path(path_type=Path), metavar="PATH",
    help="file or directory to lie beside the code: a task, policies",
)  # fmt: skip
@json_option
def package_lambda(
    out: str, arch: str, python: str, *, include: tuple[Path, ...], as_json: bool
) -> None:
    """Build the zip of a Lambda function, whose handler is scanner.aws_lambda.handler.

    It holds this very program and its dependencies, at the versions that are installed here: the
    SDK that the runtime brings is not used. pip gets the wheels of the function's platform. The
    same versions make the same bytes; SOURCE_DATE_EPOCH says which date the files have. What is
    included keeps its name; hidden files and byte code stay behind.

    \b
    Examples:
      scanner package lambda
      scanner package lambda --arch arm64 --python 3.12 --out build --json
      scanner package lambda --include tasks.py --include policies
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    from scanner.app.package import MOST_UPLOADED, Platform, build  # noqa: PLC0415 — what --help does not need

    found = build(Platform(arch, python), Path(out), _date(), include)
    if as_json:
        facts = {name: getattr(found, name) for name in ("files", "size", "unpacked", "sha256")}
        click.echo(json.dumps({"path": str(found.path), **facts}, indent=2))
        return
    click.echo(f"{found.path}: {found.size:,} bytes, {found.unpacked:,} unpacked")
    if found.size > MOST_UPLOADED:
        click.echo("too large for an upload by the API: put it into S3", err=True)


def _date() -> int:
    text = os.environ.get(DATE, "0")
    if not text.isdecimal():
        raise SettingsError(f"{DATE}: must be seconds since 1970")
    return int(text)
