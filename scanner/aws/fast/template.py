"""Have botocore draw a request that every account can sign; it sends nothing."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any

from aiobotocore.httpchecksum import apply_request_checksum
from aiobotocore.signers import AioRequestSigner
from botocore.auth import UNSIGNED_PAYLOAD, S3SigV4Auth, SigV4Auth
from botocore.awsrequest import create_request_object
from botocore.client import resolve_checksum_context
from botocore.compress import maybe_compress_request
from botocore.credentials import ReadOnlyCredentials

from scanner.aws.fast.outline import DATE, TOKEN, Outline, signing_of
from scanner.aws.fast.signing import Template
from scanner.aws.visit import VISIT, Visit

if TYPE_CHECKING:
    from collections.abc import Mapping

_OPEN = "@open@"


class Undrawable(Exception):
    """No template can stand for this request: it must be made and signed one by one."""


class _Nobody:
    """The identity that requests are drawn as: it has no keys, and an account id of its own.

    Rules of endpoints may ask for the id; a request that then holds it is no template.
    """

    account_id = "918273645564"

    def __getattr__(self, name: str) -> Any:
        raise Undrawable(f"the request depends on the account's {name}")


_NOBODY = Visit(_Nobody())


class _Traced:
    """Signs with a placeholder and keeps what a true signature would be made of."""

    def string_to_sign(self, request: Any, canonical_request: str) -> str:
        request.context["canonical"] = canonical_request
        request.context["scope"] = (self._region_name, self._service_name)  # type: ignore[attr-defined]  # botocore's
        request.context["path_as_is"] = isinstance(self, S3SigV4Auth)
        return ""

    def signature(self, string_to_sign: str, request: Any) -> str:  # noqa: ARG002 — botocore's shape
        return _OPEN


class _TracedV4(_Traced, SigV4Auth):  # type: ignore[misc]  # botocore is untyped
    pass


class _TracedS3V4(_Traced, S3SigV4Auth):  # type: ignore[misc]  # botocore is untyped
    pass


_FORMS: Mapping[str, type] = {"v4": _TracedV4, "s3v4": _TracedS3V4}


class _Tracer(AioRequestSigner):  # type: ignore[misc]  # aiobotocore is untyped
    """A client's signer, but for the signature."""

    async def get_auth_instance(
        self,
        signing_name: str,
        region_name: str,
        signature_version: str | None = None,
        request_credentials: Any = None,
        **others: Any,
    ) -> Any:
        form = _FORMS.get(str(signature_version))
        if form is None or request_credentials or others:
            raise Undrawable(f"signed in its own way: {signature_version}")
        return form(self._credentials, signing_name, region_name)


class Board:
    """Where a client's requests are drawn: its own handlers, but no one's signature.

    `token` says whether those who will sign have a security token.
    """

    def __init__(self, client: Any, *, token: bool) -> None:
        self._client = client
        self._service_id = client.meta.service_model.service_id.hyphenize()
        self._events = copy(client.meta.events)
        signer = client._request_signer  # noqa: SLF001 — a client offers no other way
        self._outlines: dict[str, Outline | None] = {}
        self._tracer = _Tracer(
            client.meta.service_model.service_id,
            signer.region_name,
            signer.signing_name,
            signer.signature_version,
            ReadOnlyCredentials(_OPEN, _OPEN, _OPEN if token else None),
            self._events,
        )
        created = f"request-created.{self._service_id}"
        self._events.unregister(created, signer.handler)
        self._events.register(created, self._tracer.handler)

    async def draw(self, model: Any, params: Mapping[str, Any]) -> Template:
        """Draw the request of an operation; raises Undrawable, or what botocore raises."""
        visit = VISIT.set(_NOBODY)
        try:
            context = self._context(model)
            drawn = await self._request_dict(model, dict(params), context)
            if "discovery" in context:
                raise Undrawable("sent to an endpoint that its account is told")
            if _Nobody.account_id in f"{drawn['url']} {drawn['headers']}":
                raise Undrawable("sent to an endpoint of its account")
            outline = self._outlines.get(model.name)
            filled = outline.fill(drawn, context) if outline else None
            return filled or await self._to_its_end(model, drawn, context)
        finally:
            VISIT.reset(visit)

    async def _to_its_end(self, model: Any, drawn: Any, context: dict[str, Any]) -> Template:
        """Have botocore draw a request in full, and take its operation's outline from it."""
        signing = signing_of(drawn, context)
        request = create_request_object(drawn)
        await self._events.emit(
            f"request-created.{self._service_id}.{model.name}",
            request=request,
            operation_name=model.name,
        )
        prepared = self._client._endpoint.prepare_request(request)  # noqa: SLF001 — as above
        context = dict(request.context)  # a handler may have put another in its place
        template = _template(prepared, context)
        outline = Outline(
            template,
            given=frozenset(drawn["headers"]),
            signing=signing,
            path_as_is=context.pop("path_as_is"),
            unsigned_body=template.canonical[-1].endswith(UNSIGNED_PAYLOAD),
        )
        if model.name not in self._outlines:
            proven = outline.fill(drawn, context) == template
            self._outlines[model.name] = outline if proven else None
        return template

    def _context(self, model: Any) -> dict[str, Any]:
        """Begin the context of a call as botocore's clients do, at its first attempt."""
        return {
            "client_region": self._client.meta.region_name,
            "client_config": self._client.meta.config,
            "has_streaming_input": model.has_streaming_input,
            "auth_type": model.resolved_auth_type,
            "unsigned_payload": model.unsigned_payload,
            "auth_options": model.service_model.metadata.get("auth"),
            "retries": {"attempt": 1, "invocation-id": _OPEN},
        }

    async def _request_dict(self, model: Any, params: Any, context: dict[str, Any]) -> Any:
        """Take the steps of `AioBaseClient._make_api_call` that come before sending."""
        client = self._client
        params = await client._emit_api_params(params, model, context)  # noqa: SLF001 — as above
        endpoint = await client._resolve_endpoint_ruleset(model, params, context)  # noqa: SLF001 — as above
        url, headers, properties = endpoint
        if properties:
            context["endpoint_properties"] = properties
        drawn = await client._convert_to_request_dict(params, model, url, context, headers)  # noqa: SLF001 — as above
        resolve_checksum_context(drawn, model, params)
        _, answered = await client.meta.events.emit_until_response(
            f"before-call.{self._service_id}.{model.name}",
            model=model,
            params=drawn,
            request_signer=self._tracer,
            context=context,
        )
        if answered is not None:
            raise Undrawable("a handler answers it")
        maybe_compress_request(client.meta.config, drawn, model)
        apply_request_checksum(drawn)
        return drawn


def _template(prepared: Any, context: dict[str, Any]) -> Template:
    headers = {name: _text(value) for name, value in prepared.headers.items()}
    canonical = context.pop("canonical", "")
    before, date, rest = canonical.partition(f"\n{DATE}:")
    rest = rest.removeprefix(context.get("timestamp", ""))
    if not rest or headers.get("amz-sdk-invocation-id") != _OPEN:
        raise Undrawable("not signed, or not by its time")
    between, token, after = rest.partition(f"\n{TOKEN}:")
    between, after = (between + token, after.removeprefix(_OPEN)) if token else ("", rest)
    region, service = context.pop("scope")
    _, _, signed = headers["Authorization"].partition("SignedHeaders=")
    return Template(
        method=prepared.method,
        url=prepared.url,
        headers=headers,
        body=prepared.body,
        canonical=(before + date, between, after),
        region=region,
        service=service,
        signed_headers=signed.partition(",")[0],
        context=context,
    )


def _text(value: str | bytes) -> str:
    return value.decode() if isinstance(value, bytes) else value
