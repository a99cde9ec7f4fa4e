"""What is made for every request frees itself: cycles wait for a collector that stops the loop."""

import gc

import pytest

from scanner.aws.exchange import Received
from scanner.aws.pages import expression


@pytest.fixture
def uncollected():
    gc.collect()
    gc.disable()
    yield gc.collect
    gc.enable()


def test_looking_into_an_answer_leaves_no_cycle(uncollected):
    look = expression("Reservations[].Instances[]")
    uncollected()
    for _ in range(3):
        assert look({"Reservations": [{"Instances": [{"InstanceId": "i-1"}]}]})
    assert uncollected() == 0


def test_an_answer_that_was_received_is_no_cycle(uncollected):
    uncollected()
    received = Received("https://sqs.eu-west-1.amazonaws.com", 200, {"a": "b"}, b"{}")
    assert received.raw.headers["A"] == "b"
    del received
    assert uncollected() == 0
