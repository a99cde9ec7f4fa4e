"""Load botocore's models lean: parsed fast, without the prose that no request needs."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from threading import Lock
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
            text = plain.read_bytes()
        elif packed.is_file():
            text = gzip.decompress(packed.read_bytes())
        else:
            return None
        text = _PROSE.sub(b'"documentation":""', text)
        return orjson.loads(text)


class _Packed(Mapping[str, Any]):
    """A map whose values are JSON until they are asked for, each time anew.

    A model's shapes are thousands of maps, of which a scan looks at a few; as texts they take a
    fifth of the memory, and the garbage collector does not go through them.
    """

    def __init__(self, values: dict[str, Any]) -> None:
        """Take the values over, one by one: a model is not in memory twice."""
        # Decoded, for the bytes that orjson gives keep a kilobyte each.
        self._texts = {key: orjson.dumps(values.pop(key)).decode() for key in [*values]}

    def __getitem__(self, key: str) -> Any:
        return orjson.loads(self._texts[key])

    def __iter__(self) -> Iterator[str]:
        return iter(self._texts)

    def __len__(self) -> int:
        return len(self._texts)


def _pack(owner: dict[str, Any], *names: str) -> dict[str, Any]:
    for name in names:
        if isinstance(owner.get(name), dict):
            owner[name] = _Packed(owner[name])
    return owner


class LeanLoader(Loader):  # type: ignore[misc]  # botocore is untyped
    """A loader that keeps the models of services in use, and forgets those that are done.

    Threads may share it.
    """

    def __init__(self, data_path: str | None = None) -> None:
        extra = [str(Path(path).expanduser()) for path in (data_path or "").split(":") if path]
        super().__init__(extra_search_paths=extra, file_loader=_LeanFiles())
        self._reading = Lock()

    def load_service_model(
        self, service_name: str, type_name: str, api_version: str | None = None
    ) -> Any:
        """Load a model, its extras merged in; raises what botocore's loader raises."""
        key = ("packed", service_name, type_name, api_version)
        with self._reading:
            if key not in self._cache:
                before = set(self._cache)
                model = super().load_service_model(service_name, type_name, api_version)
                for read in set(self._cache) - before:
                    if read[0].startswith("load_"):  # the parent keeps it as it was read
                        del self._cache[read]
                self._cache[key] = _pack(model, "shapes", "operations")
            return self._cache[key]

    def load_data(self, name: str) -> Any:
        """Load data by its path; raises DataNotFoundError where there is none."""
        found = super().load_data(name)
        if name != "endpoints":
            return found
        with self._reading:
            for partition in found["partitions"]:
                _pack(partition, "services")
        return found

    def forget(self, service: str) -> None:
        """Let go of a service's models; should it be needed again, they are read again."""
        beginnings = (service, f"{service}/")
        for key in [key for key in self._cache if _concerns(key, *beginnings)]:
            del self._cache[key]


def _concerns(key: tuple[Any, ...], service: str, directory: str) -> bool:
    texts = [part for part in key if isinstance(part, str)]
    return any(text == service or text.startswith(directory) for text in texts)
