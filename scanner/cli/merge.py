"""`scanner merge`: the one manifest of a run that several machines shared."""

from __future__ import annotations

from typing import Any

import click

from scanner.cli.options import OUTPUT, json_option, read_settings, settings_options


@click.command(
    "merge",
    epilog="Exit codes: 0 complete, 2 bad input, 3 partial, 4 nothing could be scanned, "
    "6 output could not be written, or a shard is still at work.",
)
@click.argument("run", metavar="[RUN|latest]", default="latest")
@settings_options(*OUTPUT, "profile", "fail_on", "min_coverage")
@json_option
def command(**options: Any) -> int:
    """Write the manifest of a run of shards, though some did not come home.

    The last shard to end does this by itself; call it where one never will. What a missing
    shard had written stays in the run, the rest of its units are not_attempted, and the
    manifest names it. It can still be gone on with, and merged again. RUN is an id or what
    --run-id said.

    \b
    Examples:
      scanner merge
      scanner merge nightly-2026-11-24 --out /mnt/scans
    """  # noqa: D301 — \b is click's mark for text to be left as it is
    settings, _ = read_settings(options)
    import anyio  # noqa: PLC0415 — what --help does not need

    from scanner.app.merge import merge  # noqa: PLC0415 — the SDK loads in a quarter second
    from scanner.app.place import opened  # noqa: PLC0415 — as above
    from scanner.app.summary import exit_code  # noqa: PLC0415 — as above
    from scanner.cli.reader import reader_may_leave  # noqa: PLC0415 — as above
    from scanner.cli.summary import show  # noqa: PLC0415 — as above

    with opened(settings) as placed:
        summary = anyio.run(merge, placed.out, options["run"])
    with reader_may_leave():
        show(summary, as_json=options["as_json"])
    return exit_code(summary, settings)
