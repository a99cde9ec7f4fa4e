"""Services a to i: the fast way sends the bytes that botocore sends, and reads what it reads."""

import pytest

from tests.differential.catalogue import differences, operations, services
from tests.differential.support import both_ways


@pytest.mark.parametrize("service", services("a", "i"))
async def test_every_read_is_the_same_either_way(monkeypatch, service):
    async with both_ways(monkeypatch, service) as both:
        found = [
            each
            for operation in operations()[service]
            for each in await differences(both, service, operation)
        ]

    assert found == []
