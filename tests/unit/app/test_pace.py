import orjson
import pytest
from structlog.testing import capture_logs

from scanner.app.pace import keep_learned, learned_before
from scanner.aws.limits import Limits
from scanner.output import read_state, update_state

SQS = ("1", "eu-west-1", "sqs")


def throttled(scope=SQS):
    limits = Limits()
    limits.throttled(scope)
    return limits


def test_what_one_run_learned_the_next_one_knows(tmp_path):
    limits = throttled()
    keep_learned(tmp_path, limits)
    assert Limits(learned=learned_before(tmp_path)).rate(SQS) == limits.rate(SQS)


def test_runs_side_by_side_keep_what_each_learned(tmp_path):
    for account in "12":
        keep_learned(tmp_path, throttled((account, "eu-west-1", "sqs")))
    assert {each["account_id"] for each in learned_before(tmp_path)["rates"]} == {"1", "2"}


def test_a_run_that_learned_nothing_writes_nothing(tmp_path):
    with capture_logs() as logs:
        assert learned_before(tmp_path) is None
        keep_learned(tmp_path, Limits())
    assert not logs
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "content", [b"", b"{torn", b"[]", b'{"schema": 9}', b'{"schema": 1, "rates": [7]}']
)
def test_an_unfit_file_is_a_warning_and_is_replaced(tmp_path, content):
    file = tmp_path / "state" / "rates.json"
    file.parent.mkdir()
    file.write_bytes(content)
    with capture_logs() as logs:
        assert learned_before(tmp_path) is None
        keep_learned(tmp_path, throttled())
    assert [each["log_level"] for each in logs] == ["warning"]
    assert len(orjson.loads(file.read_bytes())["rates"]) == 1


def test_a_file_that_cannot_be_written_is_a_warning(tmp_path):
    (tmp_path / "state").write_text("in the way")
    with capture_logs() as logs:
        keep_learned(tmp_path, throttled())
    assert [each["log_level"] for each in logs] == ["warning"]
    assert "not a directory" in logs[0]["reason"].lower()


def test_a_document_is_replaced_whole_and_private(tmp_path):
    assert read_state(tmp_path, "things") is None
    seen = []
    for count in range(3):
        update_state(
            tmp_path, "things", lambda before, count=count: seen.append(before) or {"n": count}
        )
    assert seen == [None, {"n": 0}, {"n": 1}]
    assert read_state(tmp_path, "things") == {"n": 2}
    assert {path.stat().st_mode & 0o777 for path in (tmp_path / "state").iterdir()} == {0o600}
