"""Load botocore's models lean: parsed fast, without the prose that no request needs."""

from __future__ import annotations

import gzip
import re
from pathlib import Path
from typing import Any

import orjson
from botocore.loaders import JSONFileLoader, Loader

_PROSE = re.compile(rb'"documentation"\s*:\s*"[^"\\]*(?:\\.[^"\\]*)*+"')
"""A documentation text; members that happen to bear the name are maps."""


class _LeanFiles(JSONFileLoader):  # type: ignore[misc]  # botocore is untyped
    """Reads model files with orjson; of a service's model, two thirds are documentation.

    It is emptied before it is parsed: the largest model would else be the peak of a scan's memory.
    """

    def load_file(self, file_path: str) -> Any:
        """Load `file_path` with either extension; None where there is no such file."""
        plain, packed = Path(f"{file_path}.json"), Path(f"{file_path}.json.gz")
        if plain.is_file():
            return _lean(plain.read_bytes())
        if packed.is_file():
            return _lean(gzip.decompress(packed.read_bytes()))
        return None


def _lean(model: bytes) -> Any:
    return orjson.loads(_PROSE.sub(b'"documentation":""', model))


class LeanLoader(Loader):  # type: ignore[misc]  # botocore is untyped
    """A loader that keeps the models of services in use, and forgets those that are done."""

    def __init__(self, data_path: str | None = None) -> None:
        extra = [str(Path(path).expanduser()) for path in (data_path or "").split(":") if path]
        super().__init__(extra_search_paths=extra, file_loader=_LeanFiles())

    def forget(self, service: str) -> None:
        """Let go of a service's models; should it be needed again, they are read again."""
        beginnings = (service, f"{service}/")
        for key in [key for key in self._cache if _concerns(key, *beginnings)]:
            del self._cache[key]


def _concerns(key: tuple[Any, ...], service: str, directory: str) -> bool:
    texts = [part for part in key if isinstance(part, str)]
    return any(text == service or text.startswith(directory) for text in texts)
