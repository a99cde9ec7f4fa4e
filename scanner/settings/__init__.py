"""What a user may set, from options, environment, a file or defaults; it reads no AWS."""

from scanner.settings.bucket import bucket_of, spelled
from scanner.settings.model import AUTO, FIXED, PLACE, PREFIX, SECRETS, Origin, Settings
from scanner.settings.sources import DEFAULT_FILE, load

__all__ = [
    "AUTO",
    "DEFAULT_FILE",
    "FIXED",
    "PLACE",
    "PREFIX",
    "SECRETS",
    "Origin",
    "Settings",
    "bucket_of",
    "load",
    "spelled",
]
