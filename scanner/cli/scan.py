"""`scanner scan`: run an inventory, show how it goes and how it ended."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from scanner.cli.options import (
    ACCESS,
    BUCKET,
    CONTROL,
    SELECTION,
    given,
    json_option,
    read_settings,
    settings_options,
)
from scanner.model.errors import SettingsError
from scanner.settings import FIXED, bucket_of

if TYPE_CHECKING:
    from scanner.settings import Settings


@click.command(
    "scan",
    epilog="Exit codes: 0 complete, 2 bad input, 3 partial, 4 nothing could be scanned, "
    "5 deadline reached (--resume goes on), 6 output could not be written, 130 interrupted.",
)
@settings_options(*SELECTION, *ACCESS, *CONTROL)
@click.option("--resume", metavar="RUN|latest", help="go on with a run that was not complete")
@json_option
def command(**options: Any) -> int:
    """Take inventory of every account, region and resource type.

    Finds the organization's accounts, assumes --role in each, and streams every resource to
    JSON Lines files under --out, with a ledger of what was covered and what was not.

    \b
    Examples:
      scanner scan
      scanner scan --ou ou-ab12-34cd56ef --types 'AWS::EC2::*' --regions 'eu-*'
      scanner scan --accounts @accounts.yml --role audit --external-id "$EXTERNAL_ID"
      scanner scan --out s3://my-inventory/scans --out-kms-key alias/inventory
      scanner scan --resume latest
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    settings = scan_settings(options)
    from scanner.cli.running import run_scan  # noqa: PLC0415 — the SDK loads in a quarter second

    return run_scan(settings, options["resume"], options["progress"], as_json=options["as_json"])


def scan_settings(options: dict[str, Any]) -> Settings:
    """Read the settings; a resumed run's own stand beneath those given now."""
    settings, _ = read_settings(options)
    if bucket_of(settings.out)[0] is None and (lost := given(options, BUCKET)):
        raise SettingsError(f"{lost[0]} is for an output in S3: --out s3://BUCKET/PREFIX")
    if options["resume"] is None:
        return settings
    fixed = given(options, FIXED)
    if fixed:
        raise SettingsError(f"--resume goes on with its own plan: leave out {', '.join(fixed)}")
    from scanner.app.place import opened  # noqa: PLC0415 — as above
    from scanner.app.prepare import stored_settings  # noqa: PLC0415 — as above

    with opened(settings) as placed:
        stored = stored_settings(placed.out, options["resume"])
    return read_settings(options, beneath=stored)[0]
