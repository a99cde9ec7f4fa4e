"""A task follows from its function where nothing else is said; what can't work is refused."""

import pytest

from scanner.model.errors import TaskError
from scanner.model.task import Task, task


def script(session):
    return session


def regional(session, account, region, params, log):
    return region


async def listing(ctx):
    """Find things.

    All of them.
    """


async def flowing(ctx):
    yield ctx


@pytest.mark.parametrize(
    ("function", "scope", "is_async"),
    [
        (script, "account", False),
        (regional, "account+region", False),
        (listing, "account+region", True),
        (flowing, "account+region", True),
    ],
)
def test_where_a_function_runs_follows_from_what_it_takes(function, scope, is_async):
    made = task(function)

    assert (made.name, made.scope, made.is_async) == (function.__name__, scope, is_async)
    assert made.expected == (f"task:{function.__name__}",)


def test_what_is_declared_holds():
    made = task(name="other", scope="account", types=["A::B"], permissions=("a:B",), writes=True)(
        listing
    )

    assert made == Task(listing, "other", "account", ("A::B",), ("a:B",), writes=True)
    assert (made.expected, made.label, made.summary) == (("A::B",), "task:other", "Find things.")


def test_a_task_is_still_the_function_it_was():
    assert task(script)(1) == 1


@pytest.mark.parametrize(
    ("function", "declared", "message"),
    [
        (lambda session: None, {}, "no name"),
        (script, {"name": "../up"}, "no name"),
        (script, {"scope": "world"}, "scope is"),
        (script, {"types": "AWS::S3::Bucket"}, "types is a list"),
        (script, {"permissions": "s3:*"}, "permissions is a list"),
        (lambda: None, {"name": "empty"}, "takes a session first"),
        (lambda ctx: None, {"name": "sync"}, "`async def`"),
        (lambda session, colour: None, {"name": "odd"}, "'colour' is not among"),
    ],
)
def test_what_can_not_work_is_refused_in_words(function, declared, message):
    with pytest.raises(TaskError, match=message):
        task(**declared)(function)
