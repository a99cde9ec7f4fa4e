"""Read lists and maps as people write them: words between commas, KEY=VALUE; judges no value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable


def split_words(texts: Iterable[str]) -> tuple[str, ...]:
    """Split every text at its commas; blanks are left out."""
    return tuple(word.strip() for text in texts for word in str(text).split(",") if word.strip())


def words(value: Any) -> Any:
    """Split what came as one text, or as several; anything else is for pydantic to refuse."""
    if isinstance(value, str):
        return split_words([value])
    return split_words(value) if isinstance(value, list | tuple) else value


def pairs(value: Any) -> Any:
    """Read `KEY=VALUE` words as a map; maps pass through."""
    return value if isinstance(value, dict) else _pairs(words(value))


def whole_pairs(value: Any) -> Any:
    """Read `KEY=VALUE` as `pairs` does, but values that came one by one may hold commas."""
    return _pairs(value) if isinstance(value, list | tuple) else pairs(value)


def _pairs(texts: Iterable[Any]) -> dict[str, str]:
    found: dict[str, str] = {}
    for word in texts:
        key, equals, each = str(word).partition("=")
        if not (key and equals):
            raise ValueError("must be KEY=VALUE")
        if key in found:
            raise ValueError(f"{key!r} is given twice")
        found[key] = each
    return found
