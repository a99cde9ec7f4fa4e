"""Keeps every test on this machine and away from its user's AWS settings."""

import gc
import ipaddress
import os
import socket

import pytest
from blockbuster import blockbuster_ctx
from hypothesis import HealthCheck, settings

settings.register_profile(
    "scanner", deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
settings.load_profile("scanner")


PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY")


def hide_user_settings():
    """Forget the credentials, settings and proxies of whoever runs the tests."""
    for name in list(os.environ):
        if name.startswith(("AWS_", "SCANNER_")) or name.upper() in PROXIES:
            del os.environ[name]
    os.environ |= {
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "AWS_EC2_METADATA_DISABLED": "true",
    }


hide_user_settings()


def refuse_to_leave(host):
    """Raise where a host is not on this machine; None and "" are the machine itself."""
    name = host.decode() if isinstance(host, bytes) else host or "localhost"
    if name == "localhost" or name.endswith(".localhost"):
        return
    try:
        inside = ipaddress.ip_address(name).is_loopback
    except ValueError:
        inside = False
    if not inside:
        raise AssertionError(f"a test leaves the machine: {name}")


@pytest.fixture(autouse=True)
def loopback_only(monkeypatch):
    """Refuse connections that would leave the machine, and names to be looked up elsewhere."""

    def guard(owner, method):
        original = getattr(owner, method)

        def guarded(self, address):
            if self.family in (socket.AF_INET, socket.AF_INET6):
                refuse_to_leave(address[0])
            return original(self, address)

        monkeypatch.setattr(owner, method, guarded)

    guard(socket.socket, "connect")
    guard(socket.socket, "connect_ex")
    look_up = socket.getaddrinfo

    def guarded_look_up(host, *args, **options):
        refuse_to_leave(host)
        return look_up(host, *args, **options)

    monkeypatch.setattr(socket, "getaddrinfo", guarded_look_up)


MAY_BLOCK = {
    # botocore reads its files when it finds credentials and makes clients, and offers no other way.
    "botocore/loaders.py": {
        "determine_latest_version", "list_api_versions", "list_available_services", "load_data",
        "load_data_with_path", "load_service_model",
    },
    "aiobotocore/session.py": {"_create_client"},
    # `scanner.scan` imports what it needs when it is first called.
    "<frozen importlib._bootstrap>": {"_find_and_load"},
    "scanner/aws/central.py": {"__init__", "sign_in"},
    "scanner/aws/session.py": {"__init__", "_pooled"},
    # Measuring coverage takes a lock of its own, which another thread may hold for a moment.
    "coverage/collector.py": {"lock_data"},
    # A prompt waits for its user and has nothing else to do.
    "scanner/cli/prompt.py": {"converse"},
    # Synchronous by design: the app calls them in a thread, tests call them as they are.
    "scanner/output/read.py": {
        "find_run", "read_latest", "read_ledger", "read_manifest", "read_plan", "read_records",
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def no_blocking_calls():
    """Fail a test in which our code blocks the event loop."""
    with blockbuster_ctx("scanner", excluded_modules=["scanner.simulation"]) as guard:
        for function in guard.functions.values():
            for file, names in MAY_BLOCK.items():
                function.can_block_in(file, names)
        yield


YOUNG = gc.get_threshold()


@pytest.fixture(autouse=True)
def garbage_goes():
    """Look for garbage as ever, also after a command ran here that freezes what is loaded."""
    yield
    if gc.get_freeze_count():
        gc.unfreeze()
        gc.set_threshold(*YOUNG)
