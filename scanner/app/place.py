"""Open the place of the output: nothing to do on disk, a way to the bucket in S3."""

from __future__ import annotations

from contextlib import ExitStack, asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import anyio

from scanner.app.link import VERSION
from scanner.aws.objects import open_objects
from scanner.aws.place import Place
from scanner.output import object_path
from scanner.settings import bucket_of

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from scanner.settings import Settings


@contextmanager
def opened(settings: Settings) -> Iterator[Settings]:
    """Lend the settings with an `out` that can be read and written; blocks.

    Raises DiscoveryError where the output is in S3 and there are no usable credentials.
    """
    bucket, prefix = bucket_of(settings.out)
    if bucket is None:
        yield settings
        return
    place = Place(
        bucket,
        prefix,
        kms_key=settings.out_kms_key,
        owner=settings.out_owner,
        storage_class=settings.out_storage_class,
        tags=settings.out_tag,
    )
    with open_objects(place, settings.profile, f"scanner/{VERSION}") as objects:
        yield settings.model_copy(update={"out": object_path(objects)})


@asynccontextmanager
async def opened_beside(settings: Settings) -> AsyncIterator[Settings]:
    """Do what `opened` does, in a thread, for those who must not block."""
    with ExitStack() as held:
        found = await anyio.to_thread.run_sync(held.enter_context, opened(settings))
        close = held.pop_all().close
        try:
            yield found
        finally:
            with anyio.CancelScope(shield=True):
                await anyio.to_thread.run_sync(close)
