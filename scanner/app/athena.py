"""Make the output readable for Athena: work out the statements, or have them run."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from scanner.analysis import athena as sql
from scanner.analysis.views import view_name
from scanner.app.link import VERSION
from scanner.app.types import catalog_of
from scanner.aws.athena import SLOTS, athena
from scanner.aws.central import Central
from scanner.aws.columns import columns
from scanner.aws.endpoints import Endpoints
from scanner.aws.regions import chosen_names
from scanner.engine.spread import spread
from scanner.model.errors import SettingsError
from scanner.model.target import GLOBAL
from scanner.settings import bucket_of, spelled

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from scanner.aws.athena import Workgroup
    from scanner.settings import Settings

KEPT = timedelta(days=365)
"""How far back the tables look where no beginning is named."""

_DATABASE = re.compile(r"[a-z0-9_]{1,128}")


def statements(settings: Settings, database: str, since: date | None) -> dict[str, str]:
    """Return the statements that make database, tables and views, by name, in their order.

    Raises SettingsError where the output is not in S3, or a name can't be.
    """
    bucket, _ = bucket_of(settings.out)
    if bucket is None:
        raise SettingsError(f"Athena reads S3: --out {settings.out} must be s3://bucket/prefix")
    if not _DATABASE.fullmatch(database):
        raise SettingsError(f"--database {database!r}: lower-case letters, digits and _ only")
    central = Central(settings.profile)
    known = Endpoints(central.loader).regions(central.partition)
    types = catalog_of(settings, settings.types).select(settings.types, settings.services)
    lake = sql.Lake(
        place=spelled(settings.out),
        database=database,
        services=sorted({each.service for each in types}),
        regions=(GLOBAL, *chosen_names(settings.regions, known)),
        since=since or (datetime.now(UTC) - KEPT).date(),
    )
    views = {
        view_name(each.type): sql.of_type(
            lake,
            each.type,
            each.service,
            columns(each, central.loader),
            [call.name for call in each.each if call.name],
        )
        for each in types
    }
    return {database: sql.database(lake), **sql.tables(lake), **sql.flat_views(lake), **views}


async def apply(made: Mapping[str, str], workgroup: Workgroup, profile: str | None) -> None:
    """Have Athena run the statements: the database, then tables, then views side by side.

    Raises DiscoveryError without credentials, CallError where a statement fails.
    """
    first, *rest = made.values()
    tables = [made[name] for name in sql.TABLES]
    views = [text for text in rest if text not in tables]
    texts = frozenset(made.values())
    async with athena(workgroup, texts, profile, f"scanner/{VERSION}") as at:
        await at.run(first)
        for together in (tables, views):
            await spread(SLOTS, at.run, together)
