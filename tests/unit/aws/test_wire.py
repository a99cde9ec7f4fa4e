"""A certificate is good for the host it names; connections are made nowhere else."""

import ssl

import pytest
from aiobotocore.config import AioConfig
from aiobotocore.session import AioSession
from botocore import UNSIGNED
from botocore.config import Config
from botocore.exceptions import SSLError

from scanner.aws.central import Central
from scanner.aws.wire import CheckedConfig, CheckedSession, Wire
from tests.faults.door import certificate, door, server_context


@pytest.mark.parametrize("kind", [CheckedSession, Wire().session_class])
def test_certificates_must_be_trusted_and_name_the_host(kind):
    context = kind()._get_ssl_context()
    assert context.check_hostname
    assert context.verify_mode is ssl.CERT_REQUIRED


@pytest.mark.parametrize("given", [Config(region_name="x"), AioConfig(signature_version=UNSIGNED)])
def test_what_a_credential_provider_configures_keeps_the_check(given):
    merged = CheckedConfig().merge(given)
    assert merged.http_session_cls is CheckedSession
    for name, value in given._user_provided_options.items():
        assert getattr(merged, name) == value


async def test_the_sdks_own_clients_refuse_a_certificate_of_another_host(tmp_path, monkeypatch):
    shown = certificate(tmp_path, "someone-else")
    monkeypatch.setenv("AWS_CA_BUNDLE", str(shown))
    session: AioSession = Central()._session
    keys = {"aws_access_key_id": "AK", "aws_secret_access_key": "secret"}
    async with door(1, context=server_context(shown)) as made:
        await made.open()
        url = f"https://localhost:{made.port}"
        options = {"endpoint_url": url, "config": AioConfig(retries={"total_max_attempts": 1})}
        async with session.create_client("sts", "us-east-1", **options, **keys) as sts:
            with pytest.raises(SSLError, match="mismatch"):
                await sts.get_caller_identity()
