"""A user's own task, as data: a function, and where it runs; it is called elsewhere."""

from __future__ import annotations

import inspect
import re
from dataclasses import dataclass
from typing import (
    TYPE_CHECKING,
    Any,
    Generic,
    Literal,
    ParamSpec,
    Protocol,
    TypedDict,
    TypeVar,
    overload,
)

from scanner.model.errors import TaskError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping
    from typing import Unpack

    from scanner.model.record import Record
    from scanner.model.target import Account

P = ParamSpec("P")
R = TypeVar("R")

Scope = Literal["account", "account+region"]

SESSION_PARAMETERS = ("session", "account", "region", "params", "log")
"""What a synchronous task may ask for, by name; its first parameter is the session in any case."""

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_.-]{0,63}")


class Fields(TypedDict, total=False):
    """What a task says of a resource; the rest of its record is known."""

    resource_type: str
    id: str
    name: str | None
    arn: str | None
    parent_arn: str | None
    created_at: Any
    tags: Mapping[str, str] | None
    configuration: Mapping[str, Any]
    supplementary: Mapping[str, Any]


class TaskContext(Protocol):
    """What an asynchronous task works with: one account, in one region.

    `region` is where clients call; in a task of scope `account` it is the region that answers
    for global services. `params` are those of the run. What is lent is the unit's: keep nothing.
    """

    @property
    def account(self) -> Account:
        """The account of this unit."""

    @property
    def region(self) -> str:
        """The region of this unit, or the home of global services."""

    @property
    def params(self) -> Mapping[str, str]:
        """What `--param KEY=VALUE` gave."""

    @property
    def log(self) -> Any:
        """A structured logger that names the task and the unit."""

    @property
    def session(self) -> Any:
        """An aioboto3 session of this account and region, for resources and special clients."""

    def client(self, service: str, region: str | None = None) -> Lent:
        """Lend aiobotocore's client of a service: await it, or enter it with `async with`."""

    def record(self, **fields: Unpack[Fields]) -> Record:
        """Make the record of a resource; raises TaskError for what can't be one."""


class Lent(Protocol):
    """A client to be: `await` it, or enter it; it is the unit's until that ends."""

    def __await__(self) -> Any: ...

    async def __aenter__(self) -> Any: ...

    async def __aexit__(self, *exc: object) -> None: ...


@dataclass(frozen=True)
class Task(Generic[P, R]):
    """A function that runs in every account, or in every region of every account.

    It can still be called as the function it was. `types` are the resource types it yields:
    with them an account that has none is known to have none. `permissions` are the IAM actions
    it needs. Only where `writes` is set may a run be told to let it change anything.
    """

    function: Callable[P, R]
    name: str
    scope: Scope = "account+region"
    types: tuple[str, ...] = ()
    permissions: tuple[str, ...] = ()
    writes: bool = False

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise TaskError(f"{self.name!r} is no name for a task: letters, digits, _ . -")
        if self.scope not in ("account", "account+region"):
            raise TaskError(f"task {self.name}: scope is account or account+region")
        if not self.is_async:
            _check_parameters(self.name, [*inspect.signature(self.function).parameters])

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R:
        """Call the function, as tests of it do."""
        return self.function(*args, **kwargs)

    @property
    def is_async(self) -> bool:
        """Say whether it is given a context, and not a session in a thread of its own."""
        return _is_async(self.function)

    @property
    def label(self) -> str:
        """What stands for a type where the task names none."""
        return f"task:{self.name}"

    @property
    def expected(self) -> tuple[str, ...]:
        """The types that the ledger has a line for, whatever is found."""
        return self.types or (self.label,)

    @property
    def summary(self) -> str:
        """The first line of what the function says of itself."""
        return (inspect.getdoc(self.function) or "").partition("\n")[0]


def _is_async(function: Callable[..., Any]) -> bool:
    return inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(function)


def _check_parameters(name: str, parameters: list[str]) -> None:
    if not parameters or parameters[0] == "ctx":
        raise TaskError(
            f"task {name}: a synchronous function takes a session first; with ctx it is `async def`"
        )
    strange = [each for each in parameters[1:] if each not in SESSION_PARAMETERS]
    if strange:
        known = ", ".join(SESSION_PARAMETERS)
        raise TaskError(f"task {name}: {strange[0]!r} is not among what it can be given: {known}")


@overload
def task(function: Callable[P, R], /) -> Task[P, R]:  # noqa: D418 — one of every function
    """Make a task of a function as it is."""


@overload
def task(  # noqa: D418 — as above
    *,
    name: str | None = None,
    scope: Scope | None = None,
    types: Iterable[str] = (),
    permissions: Iterable[str] = (),
    writes: bool = False,
) -> Callable[[Callable[P, R]], Task[P, R]]:
    """Say more of the task that a function becomes."""


def task(function: Callable[P, R] | None = None, /, **declared: Any) -> Any:
    """Make a task of a function: `@task`, or `@task(scope="account", permissions=…)`.

    An `async def` is given a `TaskContext`, a plain `def` a `boto3.Session`; both yield or
    return records, or dicts that become records. Without a scope, a function that takes no
    region runs once an account, and one that is given a context in every region.
    """
    if function is None:
        return lambda decorated: task_of(decorated, **declared)
    return task_of(function, **declared)


def task_of(
    function: Callable[P, R],
    name: str | None = None,
    scope: Scope | None = None,
    **declared: Any,
) -> Task[P, R]:
    """Make a task of a function; what is not declared follows from its name and parameters."""
    taken = inspect.signature(function).parameters
    everywhere = _is_async(function) or "region" in taken
    for listed in ("types", "permissions"):
        given = declared.get(listed, ())
        if isinstance(given, str):
            raise TaskError(f"{listed} is a list: ({given!r},)")
        declared[listed] = tuple(given)
    name = name or str(getattr(function, "__name__", "")).strip("_")
    return Task(
        function, name, scope or ("account+region" if everywhere else "account"), **declared
    )
