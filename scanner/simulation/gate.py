"""What moto lacks, in front of it: who may enter, which regions exist, clean refusals."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from moto.iam.exceptions import NotFoundException
from moto.iam.models import iam_backends
from werkzeug.test import run_wsgi_app

from scanner.simulation.buckets import list_buckets
from scanner.simulation.wire import Answer, error, json_answer, read_request

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

    from scanner.simulation.geography import Geography
    from scanner.simulation.wire import Request

_log = logging.getLogger(__name__)

_ROLE_ARN = re.compile(r"arn:aws:iam::(\d{12}):role/.+")
_NOT_FOUND = 404

_INVALID = "The security token included in the request is invalid."

# How AWS says, in each protocol, that it does not know these credentials in this region.
_STRANGER = {
    "ec2": (401, "AuthFailure", "AWS was not able to validate the provided access credentials"),
    "query": (403, "InvalidClientTokenId", _INVALID),
    "json": (400, "UnrecognizedClientException", _INVALID),
    "rest-json": (403, "UnrecognizedClientException", _INVALID),
    "rest-xml": (403, "InvalidClientTokenId", _INVALID),
}


@dataclass(frozen=True, slots=True)
class Gate:
    """A WSGI application: moto behind the rules of the simulated organization.

    `keys` tells whose an access key is; it starts with the central account's and learns the
    others from moto. Only the accounts of `open_to` can be entered, with `external_id` where
    one is set.
    """

    moto: WSGIApplication
    geography: Geography
    open_to: frozenset[str]
    external_id: str | None
    keys: dict[str, str] = field(default_factory=dict)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> list[bytes]:
        """Answer one request."""
        return self._answer(environ, read_request(environ)).send(start_response)

    def _answer(self, environ: WSGIEnvironment, request: Request) -> Answer:
        environ.pop("HTTP_X_MOTO_ACCOUNT_ID", None)
        if not request.access_key:
            return self._ask_moto(environ, request)
        account_id = self._account_of(request.access_key)
        if account_id is None or request.region == self.geography.disabled:
            return error(request, *_STRANGER[request.protocol])
        environ["HTTP_X_MOTO_ACCOUNT_ID"] = account_id
        return self._own_answer(request, account_id) or self._ask_moto(environ, request)

    def _own_answer(self, request: Request, account_id: str) -> Answer | None:
        match request.service, request.method, request.action or request.path:
            case "sts", _, "AssumeRole" if not self._may_assume(request):
                return _role_denied(request, account_id)
            case "account", "POST", "/listRegions":
                return self.geography.list_regions(request)
            case "ec2", _, "DescribeRegions":
                return self.geography.describe_regions(request)
            case "s3", "GET", "/":
                return list_buckets(request, account_id)
            case "timestream", _, "DescribeEndpoints":
                return _this_endpoint(request)
        return None

    def _account_of(self, access_key: str) -> str | None:
        if access_key not in self.keys:
            for account_id, backends in list(iam_backends.items()):
                if access_key in backends["aws"].access_keys:
                    self.keys[access_key] = account_id
        return self.keys.get(access_key)

    def _may_assume(self, request: Request) -> bool:
        role_arn = request.parameters.get("RoleArn", "")
        match = _ROLE_ARN.fullmatch(role_arn)
        if match is None or match[1] not in self.open_to:
            return False
        if self.external_id not in (None, request.parameters.get("ExternalId")):
            return False
        try:
            iam_backends[match[1]]["aws"].get_role_by_arn(role_arn)
        except NotFoundException:
            return False
        return True

    def _ask_moto(self, environ: WSGIEnvironment, request: Request) -> Answer:
        try:
            body_parts, status, headers = run_wsgi_app(self.moto, environ, buffered=True)
        except NotImplementedError:
            return _unknown_operation(request)
        except Exception:  # noqa: BLE001 — moto's own bugs: an operation it can't do either
            _log.warning("moto failed: %s %s %s", request.service, request.action, request.path)
            return _unknown_operation(request)
        answer = Answer(int(status.split()[0]), list(headers), b"".join(body_parts))
        return _unknown_operation(request) if _is_no_answer(request, answer) else answer


def _is_no_answer(request: Request, answer: Answer) -> bool:
    """Tell moto's "no such route" from an AWS error that says "not found"."""
    empty = not answer.body or answer.body.lstrip().lower().startswith(b"<!doctype html")
    return answer.status == _NOT_FOUND and empty and request.method != "HEAD"


def _this_endpoint(request: Request) -> Answer:
    """Keep clients here: moto would send them to AWS's own endpoint."""
    endpoint = {"Address": f"http://{request.host}", "CachePeriodInMinutes": 1440}
    return json_answer({"Endpoints": [endpoint]})


def _unknown_operation(request: Request) -> Answer:
    if request.protocol in ("ec2", "query"):
        message = f"The action {request.action} is not valid for this endpoint."
        return error(request, 400, "InvalidAction", message)
    return error(request, 404, "UnknownOperationException", "This operation is not simulated.")


def _role_denied(request: Request, account_id: str) -> Answer:
    who = f"arn:aws:sts::{account_id}:user/moto"
    role_arn = request.parameters.get("RoleArn", "")
    message = f"User: {who} is not authorized to perform: sts:AssumeRole on resource: {role_arn}"
    return error(request, 403, "AccessDenied", message)
