"""Keeps every test on this machine and away from its user's AWS settings."""

import ipaddress
import os
import socket

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile(
    "scanner", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("scanner")


def hide_user_settings():
    """Forget the credentials and settings of whoever runs the tests."""
    for name in [name for name in os.environ if name.startswith(("AWS_", "SCANNER_"))]:
        del os.environ[name]
    os.environ |= {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


hide_user_settings()


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch):
    """Refuse connections that would leave the machine."""
    connect = socket.socket.connect

    def guarded(self, address):
        if self.family in (socket.AF_INET, socket.AF_INET6):
            host = address[0]
            if not ipaddress.ip_address(host).is_loopback:
                raise AssertionError(f"a test connects to {host}")
        return connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
