"""Scripted AWS for engine tests: answers by operation and parameters, real paging and retries."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime

import anyio.lowlevel
from botocore import xform_name
from botocore.exceptions import ClientError

from scanner.aws.gate import Gate
from scanner.aws.limits import Limits
from scanner.aws.pages import Paging
from scanner.engine.context import Context, Tally
from scanner.model.target import Account, Unit

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
ACCOUNT = Account("111122223333", "payments")


def refusal(code, message="no"):
    return ClientError({"Error": {"Code": code, "Message": message}}, "Op")


SCP = refusal("AccessDenied", "with an explicit deny in a service control policy")


class Client:
    """Has a method for every operation; each answer is a value, a failure, or a function."""

    def __init__(self, service, region, answers, calls):
        self._answers = answers
        self._calls = calls
        self._place = (service, region)

    @property
    def meta(self):
        service, region = self._place

        class Model:
            service_name = service

        class Meta:
            service_model = Model
            region_name = region

        return Meta

    def __getattr__(self, name):
        operation = next(each for each in self._answers if xform_name(each) == name)

        async def call(**params):
            self._calls.append((operation, params))
            await anyio.lowlevel.checkpoint()
            answer = self._answers[operation]
            answer = answer(**params) if callable(answer) else answer
            if isinstance(answer, Exception):
                raise answer
            return dict(answer)

        return call


class Clients:
    """Lends scripted clients; every operation pages by `NextToken`."""

    def __init__(self, answers):
        self.calls = []
        self.used = []
        self._answers = answers

    @asynccontextmanager
    async def use(self, service, region):
        self.used.append((service, region))
        yield Client(service, region, self._answers, self.calls)

    def paging(self, _client, _operation):
        return Paging(("NextToken",), ("NextToken",), "", "MaxResults", 50)

    def called(self, operation):
        return [params for name, params in self.calls if name == operation]


def context(answers, types, service="svc", region="eu-west-1", **options):
    unit = Unit(ACCOUNT, region, service, tuple(types))
    clients = Clients(answers)
    return Context(
        "20261124T080000Z-000000",
        unit,
        clients,
        Gate(slots=8, limits=Limits()),
        Tally(),
        "us-east-1",
        lambda: NOW,
        **options,
    )
