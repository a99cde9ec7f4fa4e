"""Read the texts that names stand for, files and objects of S3, each once; it parses nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from scanner.app.link import VERSION
from scanner.aws.texts import read_object
from scanner.model.errors import SettingsError

MOST = 8 << 20
"""The most bytes of a policy or of a list of values that are read out of S3."""


@dataclass(frozen=True, slots=True)
class Texts:
    """Reads as the central identity; raises SettingsError for what can't be read."""

    profile: str | None = None
    _known: dict[str, str] = field(default_factory=dict)

    def read(self, name: str) -> str:
        """Return the text of a file (`file://` may precede it) or of `s3://bucket/key`."""
        if name not in self._known:
            self._known[name] = self._read(name)
        return self._known[name]

    def _read(self, name: str) -> str:
        path = name.removeprefix("file://")
        if "://" in path and not path.startswith("s3://"):
            raise SettingsError(f"{name}: values are read from files and from S3 only")
        try:
            if path.startswith("s3://"):
                body = read_object(path, MOST, self.profile, f"scanner/{VERSION}")
                return body.decode()
            return Path(path).read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as exc:
            raise SettingsError(f"{path} can't be read: {getattr(exc, 'strerror', exc)}") from exc
