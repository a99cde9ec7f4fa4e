import math
import re
import socket
import ssl
import string

import aiohttp
import botocore.exceptions
import pytest
from botocore.exceptions import BotoCoreError, ClientError, EndpointConnectionError, SSLError
from botocore.parsers import ResponseParserError
from hypothesis import given
from hypothesis import strategies as st

from scanner.aws.faults import _CODES, Kind, Verdict, classify
from scanner.aws.models import LeanLoader
from scanner.model.outcome import Status


def answer(code, message="m", status=400, headers=None):
    meta = {"HTTPStatusCode": status, "HTTPHeaders": headers or {}}
    return ClientError(
        {"Error": {"Code": code, "Message": message}, "ResponseMetadata": meta}, "Op"
    )


def descendants(base):
    for each in base.__subclasses__():
        yield each
        yield from descendants(each)


def bare(kind):
    """Make an exception without its constructor, which wants arguments of its own."""
    made = kind.__new__(kind)
    made.args = ("broken",)
    return made


@pytest.mark.parametrize("code", _CODES)
def test_a_known_code_has_its_kind(code):
    assert classify(answer(code)).kind is _CODES[code]


@pytest.mark.parametrize("kind", list(descendants(BotoCoreError)), ids=lambda kind: kind.__name__)
def test_every_exception_of_botocore_has_a_verdict(kind):
    verdict = classify(bare(kind))
    assert isinstance(verdict, Verdict)
    assert verdict.code == kind.__name__


@pytest.mark.parametrize("kind", list(descendants(BotoCoreError)), ids=lambda kind: kind.__name__)
@pytest.mark.parametrize("value", ["text", None, OSError("inner")], ids=repr)
def test_whatever_an_exception_of_botocore_was_made_of_it_has_a_verdict(kind, value):
    names = {name for _, name, _, _ in string.Formatter().parse(kind.fmt) if name}
    try:
        made = kind(**dict.fromkeys(names | {"error"}, value))
    except (TypeError, KeyError, AttributeError):
        made = bare(kind)
        made.kwargs = {"error": value}
    assert classify(made).kind in Kind


def modelled_errors():
    loader = LeanLoader()
    for service in loader.list_available_services("service-2"):
        for name, shape in loader.load_service_model(service, "service-2")["shapes"].items():
            if shape.get("exception"):
                error = shape.get("error", {})
                status = error.get("httpStatusCode") or (500 if shape.get("fault") else 400)
                yield error.get("code", name), status
        loader.forget(service)


def test_the_errors_of_every_service_mean_what_their_names_and_statuses_say():
    found = set(modelled_errors())
    assert len(found) > 2_500
    for code, status in found:
        kind = classify(answer(code, status=status)).kind
        if "Throttl" in code:
            assert kind is Kind.THROTTLED, code
        elif status == 429:
            assert kind in (Kind.THROTTLED, Kind.TRANSIENT), code
        elif "AccessDenied" in code:
            assert kind is Kind.DENIED, code
        elif status >= 500:
            assert kind in (Kind.TRANSIENT, Kind.UNSUPPORTED, Kind.THROTTLED), code
        elif re.match(r"Internal(Server|Service)?(Error|Exception|Failure)", code):
            assert kind in (Kind.TRANSIENT, Kind.INVALID), code


@pytest.mark.parametrize(
    "code",
    [
        "InternalErrorException",
        "InternalServiceErrorException",
        "ServerException",
        "ServiceUnavailableError",
        "ServiceTemporarilyUnavailableException",
    ],
)
def test_a_server_error_told_with_a_status_of_400_is_transient(code):
    assert classify(answer(code)).kind is Kind.TRANSIENT


@pytest.mark.parametrize(
    "response",
    [
        {},
        {"Error": {}},
        {"Error": {"Code": None, "Message": None}},
        {"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {}},
        {"Error": {"Code": 503}, "ResponseMetadata": {"HTTPStatusCode": 503}},
    ],
)
def test_an_answer_that_lacks_its_members_has_a_verdict(response):
    verdict = classify(ClientError(response, "Op"))
    assert verdict.kind in Kind
    assert verdict.message


@pytest.mark.parametrize(
    "kind", list(descendants(aiohttp.ClientError)), ids=lambda kind: kind.__name__
)
def test_every_exception_of_the_http_library_is_transient_or_has_a_reason(kind):
    class Said(kind):
        def __str__(self):
            return "broken"

    Said.__name__ = kind.__name__
    assert classify(bare(Said)).kind in {
        Kind.TRANSIENT,
        Kind.UNRESOLVED,
        Kind.UNTRUSTED,
        Kind.INVALID,
    }


@pytest.mark.parametrize(
    ("failure", "kind"),
    [
        (TimeoutError(), Kind.TRANSIENT),
        (OSError(24, "Too many open files"), Kind.TRANSIENT),
        (ConnectionResetError(), Kind.TRANSIENT),
        (ResponseParserError("torn"), Kind.TRANSIENT),
        (botocore.exceptions.NoCredentialsError(), Kind.CREDENTIALS),
        (botocore.exceptions.ProfileNotFound(profile="p"), Kind.CREDENTIALS),
        (botocore.exceptions.UnknownRegionError(region_name="r", error_msg="m"), Kind.UNSUPPORTED),
        (ValueError("bug"), Kind.INVALID),
        (answer("NeverHeardOf"), Kind.INVALID),
        (answer("NeverHeardOf", status=500), Kind.TRANSIENT),
        (answer("NeverHeardOf", status=429), Kind.THROTTLED),
        (answer("NeverHeardOf", status=403), Kind.DENIED),
        (answer("NeverHeardOf", "Rate exceeded"), Kind.THROTTLED),
        (answer("Client.UnauthorizedOperation"), Kind.DENIED),
        (answer("InvalidSignatureException", "Signature expired: now"), Kind.SKEWED),
        (answer("RequestTimeTooSkewed"), Kind.SKEWED),
        (answer("SignatureDoesNotMatch", status=403), Kind.CREDENTIALS),
    ],
)
def test_failures_mean_what_they_mean(failure, kind):
    assert classify(failure).kind is kind


@pytest.mark.parametrize("code", ["AccessDenied", "AccessDeniedException", "UnauthorizedOperation"])
def test_an_explicit_deny_of_a_service_control_policy_is_told_apart(code):
    message = "not authorized … with an explicit deny in a service control policy"
    assert classify(answer(code, message)).kind is Kind.DENIED_SCP
    assert classify(answer(code, message)).status is Status.DENIED_SCP
    assert classify(answer(code)).status is Status.DENIED


@pytest.mark.parametrize("nest", ["cause", "context", "botocore", "os_error"])
def test_a_name_that_does_not_resolve_is_found_however_deep(nest):
    inner = socket.gaierror(-2, "Name or service not known")
    outer = EndpointConnectionError(endpoint_url="https://x", error=inner)
    if nest == "cause":
        outer = OSError("outer")
        outer.__cause__ = inner
    elif nest == "context":
        outer = OSError("outer")
        outer.__context__ = inner
    elif nest == "os_error":
        outer = OSError("outer")
        outer.os_error = inner
    assert classify(outer).kind is Kind.UNRESOLVED


@pytest.mark.parametrize("number", [socket.EAI_AGAIN, socket.EAI_SYSTEM, socket.EAI_MEMORY])
def test_a_resolver_in_trouble_does_not_say_that_there_is_no_such_name(number):
    """Nothing follows from it for the service: it must never end as unavailable."""
    failure = EndpointConnectionError(endpoint_url="https://x", error=socket.gaierror(number))
    assert classify(failure).kind is Kind.TRANSIENT


def test_a_wrong_certificate_is_not_tried_again_and_a_broken_handshake_is():
    wrong = ssl.SSLCertVerificationError(1, "certificate verify failed")
    broken = ssl.SSLError(1, "handshake failure")
    assert classify(SSLError(endpoint_url="https://x", error=wrong)).kind is Kind.UNTRUSTED
    assert classify(SSLError(endpoint_url="https://x", error=broken)).kind is Kind.TRANSIENT


def test_exceptions_that_cause_each_other_are_no_endless_loop():
    first, second = OSError("a"), OSError("b")
    first.__cause__, second.__cause__ = second, first
    assert classify(first).kind is Kind.TRANSIENT


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("7", 7.0), ("soon", None), ("", None), ("²", None), ("-1", None), ("9" * 400, math.inf)],
)
def test_retry_after_is_read_in_seconds(text, seconds):
    assert classify(answer("Throttling", headers={"retry-after": text})).retry_after == seconds


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("Tue, 24 Nov 2026 12:00:00 GMT", 1795521600.0), ("soon", None), ("", None)],
)
def test_the_time_of_an_answer_is_read(text, seconds):
    assert classify(answer("RequestExpired", headers={"date": text})).date == seconds


@given(st.text() | st.sampled_from(list(_CODES)), st.text(), st.integers(0, 999), st.text())
def test_every_answer_has_a_verdict(code, message, status, wait):
    verdict = classify(answer(code, message, status, {"retry-after": wait}))
    assert verdict.code == code
    assert verdict.kind in Kind
    assert verdict.status in Status
    assert isinstance(verdict.hint, str)


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_has_a_status(kind):
    assert Verdict(kind, "c", "m").status in Status
