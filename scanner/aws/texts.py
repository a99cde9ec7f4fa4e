"""Read a small object of S3 as the central identity; it writes nothing and keeps nothing."""

from __future__ import annotations

from anyio.from_thread import start_blocking_portal

from scanner.aws.calls import calling
from scanner.model.errors import CallError, SettingsError

_EMPTY = frozenset({"InvalidRange", "416"})
"""What S3 answers to those who want the beginning of an object without content."""


def read_object(url: str, most: int, profile: str | None, user_agent: str) -> bytes:
    """Return what is at `s3://bucket/key`; blocks.

    Raises SettingsError where it can't be read or has more than so many bytes, DiscoveryError
    without usable credentials.
    """
    bucket, _, key = url.removeprefix("s3://").partition("/")
    if not (bucket and key):
        raise SettingsError(f"{url} is no s3://BUCKET/KEY")
    params = {"Bucket": bucket, "Key": key, "Range": f"bytes=0-{most}"}
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(calling(profile, user_agent)) as calls,
    ):
        try:
            body: bytes = portal.call(calls.read, params)[0]
        except CallError as exc:
            if exc.code in _EMPTY:
                return b""
            raise SettingsError(f"{url} can't be read: {exc}") from exc
    if len(body) > most:
        raise SettingsError(f"{url} has more than {most >> 20} MiB")
    return body
