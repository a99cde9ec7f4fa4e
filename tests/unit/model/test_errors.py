import inspect

import pytest

from scanner.model import errors
from scanner.model.errors import AccountError, CallError, Denied, ScannerError

KINDS = [each for _, each in inspect.getmembers(errors, inspect.isclass)]


@pytest.mark.parametrize("kind", KINDS)
def test_every_error_is_one_of_ours_and_stands_in_the_tree(kind):
    assert issubclass(kind, ScannerError)
    assert kind.__name__ in errors.__doc__


def test_every_error_of_the_tree_exists():
    drawn = [word for line in errors.__doc__.splitlines()[2:] for word in line.split()]
    named = {word for word in drawn if word[0].isupper() and word.isalpha()}
    assert {each.__name__ for each in KINDS} <= named


def test_a_call_error_tells_what_failed_and_how():
    error = Denied("ListQueues", "AccessDenied", "not authorized", scp=True)
    assert str(error) == "ListQueues: AccessDenied: not authorized"
    assert (error.operation, error.code, error.scp) == ("ListQueues", "AccessDenied", True)
    assert CallError("Op", "Code", "why").scp is False


def test_an_account_error_names_the_account():
    error = AccountError("111122223333", "AccessDenied", "no role")
    assert str(error) == "111122223333: no role"
    assert (error.account_id, error.code, error.message) == (
        "111122223333", "AccessDenied", "no role",
    )  # fmt: skip
