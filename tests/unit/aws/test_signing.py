"""Signatures of templates: botocore's own, for any keys, time, path and query."""

from datetime import UTC, datetime
from urllib.parse import quote

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import ReadOnlyCredentials
from hypothesis import given
from hypothesis import strategies as st

from scanner.aws.fast import signing
from scanner.aws.fast.outline import Outline
from scanner.aws.fast.signing import Signer, Template, signing_key

TEXT = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=40)
KEYS = st.builds(ReadOnlyCredentials, TEXT, TEXT, st.none() | TEXT)
MOMENTS = st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1))  # noqa: DTZ001 — made aware
PATHS = st.lists(st.text(max_size=8).map(lambda text: quote(text, safe="/~")), max_size=4)
QUERIES = st.dictionaries(st.text("abcA-~é /", min_size=1), st.text("xyz&=+ ü"), max_size=4)


def outlined(method, token):
    """Make the outline of requests that have the usual headers."""
    names = ["content-type", "host", "x-amz-date", *(["x-amz-security-token"] if token else [])]
    headers = {"Content-Type": "text/x", "X-Amz-Date": ""}
    headers |= {"X-Amz-Security-Token": ""} if token else {}
    first = Template(
        method, "", headers | {"Authorization": ""}, None, ("", "", ""),
        "eu-west-1", "svc", ";".join(names), {},
    )  # fmt: skip
    signing_as = (method, None, None, None, "https")
    return Outline(first, frozenset(["Content-Type"]), signing_as, False, False)  # noqa: FBT003 — a path to normalize, a signed body


@given(KEYS, MOMENTS, PATHS, QUERIES, st.sampled_from(["GET", "POST"]), st.binary(max_size=30))
def test_a_filled_template_is_signed_as_botocore_signs(keys, moment, path, query, method, body):
    moment = moment.replace(tzinfo=UTC)
    terms = "&".join(f"{quote(name, safe='')}={quote(query[name], safe='')}" for name in query)
    url = f"https://svc.eu-west-1.amazonaws.com:8443/{'/'.join(path)}" + (
        f"?{terms}" if terms else ""
    )
    drawn = {"headers": {"Content-Type": "a  b/ c"}, "url": url, "method": method, "body": body}
    template = outlined(method, keys.token).fill(drawn, {})

    request = AWSRequest(method, url, drawn["headers"], body)
    auth = SigV4Auth(keys, "svc", "eu-west-1")
    request.context["timestamp"] = moment.strftime("%Y%m%dT%H%M%SZ")
    auth._modify_request_before_signing(request)
    text = auth.string_to_sign(request, auth.canonical_request(request))
    auth._inject_signature_to_request(request, auth.signature(text, request))

    headers = Signer(lambda: moment).headers(template, keys)
    assert headers["Authorization"] == request.headers["Authorization"]
    assert headers["X-Amz-Date"] == request.headers["X-Amz-Date"]
    assert headers.get("X-Amz-Security-Token") == keys.token


def test_a_call_that_is_signed_otherwise_has_another_outline():
    outline = outlined("GET", token=True)
    drawn = {"headers": {"Content-Type": "x"}, "url": "https://h/", "method": "GET", "body": b""}
    assert outline.fill(drawn, {}) is not None
    assert outline.fill(drawn, {"signing": {"region": "us-east-1"}}) is None
    assert outline.fill(drawn | {"headers": {}}, {}) is None
    assert outline.fill(drawn | {"headers": {"Content-Type": 1}}, {}) is None
    assert outline.fill(drawn | {"method": "PUT"}, {}) is None


def test_a_signing_key_is_derived_once_a_day_and_not_kept_forever(monkeypatch):
    derived = []

    def counted(*arguments):
        derived.append(arguments)
        return signing_key(*arguments)

    monkeypatch.setattr(signing, "signing_key", counted)
    monkeypatch.setattr(signing, "KEYS", 2)
    moment = datetime(2026, 11, 24, 23, 59, 59, tzinfo=UTC)
    now = [moment]
    signer = Signer(lambda: now[0])
    template = outlined("GET", token=False).fill(
        {"headers": {"Content-Type": "x"}, "url": "https://h/", "method": "GET", "body": b""}, {}
    )
    one, two, three = (ReadOnlyCredentials("key", secret, None) for secret in "abc")
    for keys in (one, one, two, one):
        signer.headers(template, keys)
    assert [each[0] for each in derived] == ["a", "b"]
    signer.headers(template, three)
    signer.headers(template, two)
    assert [each[0] for each in derived] == ["a", "b", "c", "b"]
    now[0] = datetime(2026, 11, 25, tzinfo=UTC)
    signer.headers(template, two)
    assert derived[-1][:2] == ("b", "20261125")
