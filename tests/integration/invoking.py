"""Invocations of the handler in this process, as Lambda makes them."""

import json

import anyio

from scanner import aws_lambda
from scanner.aws_lambda import handler
from scanner.engine.deadline import Deadline

ENOUGH = 900.0


class Invocation:
    """The context that Lambda gives."""

    def __init__(self, seconds=ENOUGH, request_id="8d1e1a5c"):
        self.aws_request_id = request_id
        self.seconds = seconds

    def get_remaining_time_in_millis(self):
        return int(self.seconds * 1000)


async def invoke(event, seconds=ENOUGH, request_id="8d1e1a5c"):
    """Call the handler as Lambda does: what goes in and comes out is JSON."""
    plain = json.loads(json.dumps(event))
    context = Invocation(seconds, request_id)
    return json.loads(json.dumps(await anyio.to_thread.run_sync(handler, plain, context)))


async def chained(event, most=20):
    """Go on with each continuation until there is none; return all answers."""
    answers = []
    while event is not None:
        assert len(answers) < most
        answers.append(await invoke(event))
        event = answers[-1]["continuation"]
    return answers


def leave_this_process_as_it_is(monkeypatch):
    """Keep the handler from what it does once for a process that is its own."""
    monkeypatch.setattr(aws_lambda, "_set_up", lambda: None)


def count_time_in_requests(monkeypatch, fake, each):
    """Let every invocation end after so many requests: no machine is too slow for the test."""

    def deadline(_context):
        return Deadline(fake.journal.requests + each, lambda: fake.journal.requests)

    monkeypatch.setattr(aws_lambda, "_deadline_of", deadline)
