"""Read botocore's models: which operations list something without being told of what."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Any

from botocore.exceptions import DataNotFoundError, UnknownServiceError
from botocore.loaders import Loader
from botocore.model import ServiceModel

from scanner.derive.words import is_listing, noun_of, plain, singular

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from botocore.model import OperationModel, Shape

    from scanner.derive.judgements import Judgements

_READS = ("BatchGet", "Describe", "Get", "Head", "List", "Lookup", "Search")


@dataclass(frozen=True, slots=True)
class Listing:
    """An operation that can be called as it is, and the list that its answer holds.

    `path` leads to the list; it is empty where the model does not tell which of the answer's
    lists is meant. With `single` the answer itself is the only item.
    """

    service: str
    model: OperationModel
    path: tuple[str, ...]
    item: Shape | None
    single: bool = False

    @property
    def operation(self) -> str:
        """Name the operation."""
        return str(self.model.name)

    @property
    def key(self) -> str:
        """Name the operation with its service, as the judgements do."""
        return f"{self.service}:{self.operation}"

    @property
    def noun(self) -> str:
        """Return what is listed, in AWS's spelling."""
        return noun_of(self.operation)


@cache
def loader() -> Loader:
    """Return the loader of the installed botocore's data."""
    return Loader()


def services() -> list[str]:
    """List botocore's services."""
    return list(loader().list_available_services("service-2"))


@cache
def model_of(service: str) -> ServiceModel:
    """Load a service's model."""
    return ServiceModel(loader().load_service_model(service, "service-2"), service)


@cache
def _paginators(service: str) -> Mapping[str, Any]:
    try:
        found: Mapping[str, Any] = loader().load_service_model(service, "paginators-1")
    except (DataNotFoundError, UnknownServiceError):
        return {}
    return dict(found["pagination"])


def reads(service: str) -> Iterator[str]:
    """Yield the names of a service's operations that are named like reads."""
    return (name for name in model_of(service).operation_names if name.startswith(_READS))


def listings(service: str, judged: Judgements) -> list[Listing]:
    """List what a service lists without parameters but those that the judgements give."""
    found = []
    for name in filter(is_listing, model_of(service).operation_names):
        model, key = model_of(service).operation_model(name), f"{service}:{name}"
        if not _is_callable(model, judged.given.get(key, {})):
            continue
        if key in judged.single:
            found.append(Listing(service, model, (), model.output_shape, single=True))
        elif paths := _lists(model):
            path = _result(model, paths, judged.results.get(key, ""))
            item = dict(paths)[path].member if path else None
            found.append(Listing(service, model, path, item))
    return found


def constants(model: OperationModel) -> dict[str, str]:
    """Return the required parameters whose value is known from their name: the account's id."""
    required = model.input_shape.required_members if model.input_shape else ()
    own = {"accountid", "awsaccountid"}
    return {name: "$account" for name in required if plain(name) in own}


def _is_callable(model: OperationModel, given: Mapping[str, Any]) -> bool:
    if model.has_streaming_input or model.has_streaming_output or model.has_event_stream_output:
        return False
    return _needed(model) <= set(given) | set(constants(model))


def _needed(model: OperationModel) -> set[str]:
    """Name the members that must be given: required ones, and those that are part of the path."""
    if model.input_shape is None:
        return set()
    in_path = {
        name
        for name, shape in model.input_shape.members.items()
        if shape.serialization.get("location") == "uri"
    }
    return set(model.input_shape.required_members) | in_path


def _lists(model: OperationModel) -> list[tuple[tuple[str, ...], Any]]:
    """Find the lists of an answer: its own members, or those of its only structure."""
    members = model.output_shape.members if model.output_shape else {}
    own: list[tuple[tuple[str, ...], Any]] = [
        ((name,), shape) for name, shape in members.items() if shape.type_name == "list"
    ]
    if own:
        return own
    return [
        ((name, below), inner)
        for name, shape in members.items()
        if shape.type_name == "structure"
        for below, inner in shape.members.items()
        if inner.type_name == "list"
    ]


def _result(
    model: OperationModel, lists: list[tuple[tuple[str, ...], Any]], chosen: str
) -> tuple[str, ...]:
    paths = [path for path, _ in lists]
    if chosen:
        return next(path for path in paths if ".".join(path) == chosen)
    keys = _result_keys(model)
    paged = [path for path in paths if ".".join(path) in keys]
    if len(paged) == 1:
        return paged[0]
    named = [path for path in paths if singular(path[-1]) == singular(noun_of(model.name))]
    if len(paths) == 1:
        return paths[0]
    return named[0] if len(named) == 1 else ()


def _result_keys(model: OperationModel) -> list[str]:
    service = model.service_model.service_name
    keys = _paginators(service).get(model.name, {}).get("result_key", [])
    return [keys] if isinstance(keys, str) else list(keys)
