"""boto3 in threads, for tasks that block: each call asks the gate, and signs as one account."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from contextlib import suppress
from contextvars import copy_context
from functools import partial
from pathlib import Path
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, TypeVar

import anyio
import boto3
from botocore.config import Config
from botocore.credentials import Credentials
from botocore.session import Session as Core

from scanner.aws.answers import BlockingParserFactory
from scanner.aws.gate import WITHIN
from scanner.aws.models import LeanLoader
from scanner.aws.request import ASSUME
from scanner.model.errors import ChangeRefused, TaskError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from anyio.from_thread import BlockingPortal
    from botocore.credentials import ReadOnlyCredentials

    from scanner.aws.gate import Gate
    from scanner.aws.visit import Identity, Visit

T = TypeVar("T")

ENTERING = "provide-client-params.sts.AssumeRole"
KEYS = ("aws_access_key_id", "aws_secret_access_key", "aws_session_token")


async def in_thread(
    work: Callable[[], T], grace: float = 0.0, left: Callable[[], None] = lambda: None
) -> T:
    """Do blocking work in a thread of its own, which never holds up the end of the process.

    Cancelled, it waits `grace` seconds for the thread. Where that goes on, it is left to itself,
    for Python can't stop threads, and `left` is called.
    """
    loop, done = asyncio.get_running_loop(), anyio.Event()
    future: Future[T] = Future()
    context = copy_context()

    def run() -> None:
        try:
            future.set_result(context.run(work))
        except BaseException as exc:  # noqa: BLE001 — raised where it is awaited
            future.set_exception(exc)
        with suppress(RuntimeError):  # the loop is closed: nobody waits any more
            loop.call_soon_threadsafe(done.set)

    Thread(target=run, name="scanner-task", daemon=True).start()
    try:
        await done.wait()
    except anyio.get_cancelled_exc_class():
        with anyio.move_on_after(grace, shield=True):
            await done.wait()
        if not future.done():
            left()
        raise
    return future.result()


class Line:
    """Threads' way to the event loop, which is open while a step of their work is under way.

    Between two steps callers wait, so that threads of the task's own go on with the next one.
    """

    def __init__(self) -> None:
        self._portal: BlockingPortal | None = None
        self._ready = Event()
        self._ended = False

    def connect(self, portal: BlockingPortal | None) -> None:
        """Open the way, or close it for now with None."""
        self._portal = portal
        (self._ready.set if portal else self._ready.clear)()

    def end(self) -> None:
        """Close the way for good: whoever calls is told."""
        self._portal, self._ended = None, True
        self._ready.set()

    def call(self, function: Callable[..., Any], *args: Any) -> Any:
        """Have the loop call a function, and wait for what that gives; raises what it raises."""
        while True:
            self._ready.wait()
            if self._ended:
                raise TaskError("the unit that this session was for has ended")
            portal = self._portal
            if portal is None:  # closed in between
                continue
            try:
                future = portal.start_task_soon(function, *args)
            except RuntimeError:  # this step has just ended
                if portal is self._portal:
                    raise
                continue
            return future.result()


class LeasedCredentials(Credentials):  # type: ignore[misc]  # botocore is untyped
    """The credentials of an account's lease, renewed before whoever asks gets them."""

    def __init__(self, identity: Identity, line: Line) -> None:
        self.method = "scanner"  # the parent would store keys; here there are none to store
        self._identity = identity
        self._line = line

    def get_frozen_credentials(self) -> ReadOnlyCredentials:
        """Return the lease's credentials; raises AccountError where it has none."""
        if not WITHIN.get():  # the gate has just seen to it
            self._line.call(self._identity.fresh)
        frozen: ReadOnlyCredentials = self._identity.frozen
        return frozen

    @property
    def access_key(self) -> str:
        """The access key id."""
        return str(self.get_frozen_credentials().access_key)

    @property
    def secret_key(self) -> str:
        """The secret key."""
        return str(self.get_frozen_credentials().secret_key)

    @property
    def token(self) -> str | None:
        """The session token."""
        token = self.get_frozen_credentials().token
        return None if token is None else str(token)

    @property
    def account_id(self) -> str:
        """The account they are of."""
        return self._identity.account_id

    def load_credentials(self) -> LeasedCredentials:
        """Be the session's provider of credentials as well: there is no other."""
        return self


class ThreadSession(boto3.Session):  # type: ignore[misc]  # boto3 is untyped
    """A boto3 session of one account and region; each call of its clients asks the gate."""

    def __init__(self, core: Core, settings: Config, region: str) -> None:
        self._settings = settings
        super().__init__(botocore_session=core, region_name=region)

    def _setup_loader(self) -> None:
        """Take the loader as it is: it is shared, and knows boto3's own models."""
        self._loader = self._session.get_component("data_loader")

    def client(self, *args: Any, config: Config | None = None, **options: Any) -> Any:
        """Make a client, as boto3 does; the gate alone retries."""
        check_options(options)
        settings = config.merge(self._settings) if config else self._settings
        return super().client(*args, config=settings, **options)


class Lender:
    """Makes sessions for synchronous tasks; models are read once for all of them."""

    def __init__(self, gate: Gate, settings: Config, profile: str | None) -> None:
        self._gate = gate
        self._profile = profile
        self._loader = LeanLoader()
        self._loader.search_paths.append(str(Path(boto3.__file__).with_name("data")))
        self._settings = Config(
            retries=settings.retries,
            connect_timeout=settings.connect_timeout,
            read_timeout=settings.read_timeout,
            user_agent=settings.user_agent,
            account_id_endpoint_mode=settings.account_id_endpoint_mode,
            s3=settings.s3,
        )

    def session(self, visit: Visit, region: str, line: Line) -> ThreadSession:
        """Make the session of a unit; it is of use in every thread that the task starts."""
        core = Core(profile=self._profile)
        core.register_component("data_loader", self._loader)
        core.set_config_variable("sts_regional_endpoints", "regional")
        core.register_component("response_parser_factory", BlockingParserFactory())
        core.register_component("credential_provider", LeasedCredentials(visit.identity, line))
        core.register("before-sign", self._gate.clock.date)
        core.register(ENTERING, refuse_to_enter)
        base = _gated(self._gate, visit, line)

        def put_first(base_classes: list[type], **_: Any) -> None:
            base_classes.insert(0, base)

        core.register("creating-client-class", put_first)
        return ThreadSession(core, self._settings, region)


def _gated(gate: Gate, visit: Visit, line: Line) -> type:
    """Make the base class through which a blocking client's calls pass the gate, as the visit."""

    class GatedClient:
        """A client that blocks its thread, never the loop."""

        meta: Any

        def _make_api_call(self, operation_name: str, api_params: Any) -> Any:
            stock = super()._make_api_call  # type: ignore[misc]  # the client's own, next in line
            request = gate.request(self.meta, operation_name, api_params)
            if WITHIN.get() and not request.refusal:  # it must not wait for the line: its call does
                return stock(operation_name, api_params)
            call = partial(in_thread, partial(stock, operation_name, api_params))
            return line.call(gate.send, request, visit, call)

    return GatedClient


def refuse_to_enter(**_: Any) -> None:
    """Refuse a task another role: a handler of botocore's, for what the gate lets the engine do."""
    raise ChangeRefused(f"{ASSUME} hands out credentials: every account has units of its own")


def check_options(options: Mapping[str, Any]) -> None:
    """Refuse keys of others: it would not be known whose answers are whose."""
    given = [name for name in KEYS if options.get(name)]
    if given:
        raise TaskError(f"{given[0]}: a task's clients have the credentials of its account")
