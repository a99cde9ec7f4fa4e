"""Find the checks that names stand for: built-in packs, files of policies, rules in Python."""

from __future__ import annotations

import runpy
from collections import Counter
from dataclasses import replace
from importlib.metadata import entry_points
from pathlib import Path
from typing import TYPE_CHECKING

from scanner.app.texts import Texts
from scanner.app.types import own_types
from scanner.catalog import Catalog
from scanner.catalog.packs import PACKS, pack_documents
from scanner.model.control import Rule
from scanner.model.errors import SettingsError
from scanner.policies.check import Check, check_of
from scanner.policies.document import Surroundings, read_policies
from scanner.policies.reads import NOTHING, together
from scanner.policies.sources import values_of
from scanner.policies.syntax import nearest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from scanner.model.change import Action
    from scanner.policies.reads import Reads
    from scanner.settings import Settings

PLUGINS = "scanner.rules"
"""The entry point group whose modules add rules."""

SUFFIXES = (".yaml", ".yml", ".json")


def find_checks(
    names: Sequence[str],
    now: datetime,
    extra: Iterable[Path] = (),
    texts: Texts | None = None,
    actions: Mapping[tuple[str, str], Action] | None = None,
) -> tuple[Check, ...]:
    """Read and compile the checks; raises SettingsError before anything is evaluated.

    A name is a pack's, a plugin's, or the path of a file of policies (in S3, too), of a
    directory of such files, or of a Python file of rules. Without `actions` those of policies
    are not looked at.
    """
    read = (texts or Texts()).read
    types = Catalog.load(extra, everything=True).types
    given = Surroundings(now, types, lambda source: values_of(source, read), actions)
    checks = tuple(check for name in names for check in _named(name, given, read))
    counts = Counter(check.control.id for check in checks)
    if doubled := sorted(each for each, count in counts.items() if count > 1):
        raise SettingsError(f"there twice: {', '.join(doubled)}")
    for check in checks:
        for each in check.control.types:
            if each not in types:
                raise SettingsError(f"{check.control.id}: type {each} {nearest(each, types)}")
    return checks


def needed(
    checks: Iterable[Check], extra: Iterable[Path] = ()
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the types that checks look at, and of their details those that none reads.

    The details are spelled as the setting `without` is.
    """
    reads: dict[str, Reads] = {}
    for check in checks:
        for each in check.control.types:
            reads[each] = together([reads.get(each, NOTHING), check.reads])
    known = Catalog.load(extra, everything=True).types
    needless = (
        f"{name}:{detail}"
        for name, read in reads.items()
        if read is not None
        for detail in known[name].details - read
    )
    return tuple(sorted(reads)), tuple(sorted(needless))


def narrowed(settings: Settings, checks: Iterable[Check]) -> Settings:
    """Return the settings of a scan for what checks read, and nothing else; named types stand."""
    if settings.types:
        return settings
    types, needless = needed(checks, own_types(settings))
    return settings.model_copy(update={"types": types, "without": (*settings.without, *needless)})


def pack(name: str, given: Surroundings) -> Iterator[Check]:
    """Yield the checks of a built-in pack, each under its number there."""
    for origin, text in pack_documents():
        for check in read_policies(text, origin, given):
            if name in check.standards:
                number = check.standards[name]
                control = replace(check.control, id=f"{name}/{number}", standard=PACKS[name])
                yield replace(check, control=control)


def _named(name: str, given: Surroundings, read: Callable[[str], str]) -> Iterator[Check]:
    path = Path(name)
    plugins = {each.name: each for each in entry_points(group=PLUGINS)}
    if name in PACKS:
        yield from pack(name, given)
    elif name in plugins:
        yield from map(check_of, _rules(vars(plugins[name].load())))
    elif path.is_dir():
        for each in sorted(path.iterdir()):
            if each.suffix in SUFFIXES:
                yield from read_policies(read(str(each)), str(each), given)
    elif path.suffix == ".py" and path.exists():
        yield from map(check_of, _in_python(path))
    elif path.suffix in SUFFIXES or path.exists():
        yield from read_policies(read(name), name, given)
    else:
        raise SettingsError(f"{name!r} is no file, pack or plugin: {nearest(name, PACKS)}")


def _in_python(path: Path) -> list[Rule]:
    try:
        found = _rules(runpy.run_path(str(path)))
    except Exception as exc:
        raise SettingsError(f"{path}: {type(exc).__name__}: {exc}") from exc
    if not found:
        raise SettingsError(f"{path} has no rules")
    return found


def _rules(names: dict[str, object]) -> list[Rule]:
    return list({id(each): each for each in names.values() if isinstance(each, Rule)}.values())
