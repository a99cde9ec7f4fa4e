"""A simulated AWS of moto's, for the tests that need a bucket which behaves like one."""

import pytest
from moto.server import ThreadedMotoServer


@pytest.fixture(scope="module")
def moto():
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()
