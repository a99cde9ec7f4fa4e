"""`scanner diff --notify`: the counts arrive where they were sent, and nothing else does."""

import json
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import boto3
import pytest

from scanner.aws.notices import Bus, Topic, _One
from scanner.model.notice import Notice
from scanner.model.outcome import Status
from tests.unit.analysis.support import ACCOUNT, NEW, OLD, REGION, TYPE, record, write_run
from tests.unit.cli.conftest import here, run

__all__ = ["here", "run"]

SECRET = "/services/T000/B000/a-webhook-is-a-secret"
COUNTS = {"removed": 1, "added": 1}


@pytest.fixture
def out(tmp_path):
    place = (ACCOUNT, REGION)
    write_run(tmp_path, OLD, {place: ({TYPE: Status.COMPLETE}, [record("gone"), record("kept")])})
    later = [record("kept", NEW), record("<!channel>", NEW)]
    write_run(tmp_path, NEW, {place: ({TYPE: Status.COMPLETE}, later)})
    return str(tmp_path)


@pytest.fixture
def aws(here, moto, monkeypatch):
    for name, value in {
        "AWS_ENDPOINT_URL": moto, "AWS_ACCESS_KEY_ID": "k", "AWS_SECRET_ACCESS_KEY": "s",
        "AWS_DEFAULT_REGION": "eu-west-1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    return lambda service: boto3.client(service, endpoint_url=moto, region_name="eu-west-1")


@pytest.fixture
def queue(aws):
    sqs = aws("sqs")
    url = sqs.create_queue(QueueName="notices")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]
    yield (
        arn["QueueArn"],
        lambda: [
            json.loads(each["Body"])
            for each in sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=10).get(
                "Messages", ()
            )
        ],
    )
    sqs.delete_queue(QueueUrl=url)


def test_a_topics_subscribers_get_the_counts_as_text(aws, queue, out, run):
    arn, received = queue
    topic = aws("sns").create_topic(Name="inventory")["TopicArn"]
    aws("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint=arn)

    done = run("diff", "--out", out, "--notify", f"sns://{topic}", "--exit-code")

    assert done.code == 1
    (message,) = received()
    assert message["Subject"] == "scanner: 1 added, 1 removed, 0 changed, 0 unknown"
    assert f"{TYPE}: 1 added, 1 removed" in message["Message"]
    assert f"{OLD} to {NEW}" in message["Message"]
    assert "gone" not in message["Message"]


def test_a_bus_gets_the_counts_as_facts_for_rules(aws, queue, out, run):
    arn, received = queue
    events = aws("events")
    events.create_event_bus(Name="inventory")
    pattern = json.dumps({"source": ["scanner"], "detail-type": ["Scanner Diff"]})
    events.put_rule(Name="diff", EventBusName="inventory", EventPattern=pattern)
    events.put_targets(Rule="diff", EventBusName="inventory", Targets=[{"Id": "q", "Arn": arn}])

    assert run("diff", "--out", out, "--notify", "eventbridge://inventory").code == 0

    (event,) = received()
    assert event["detail"] == {
        "schema": 1, "old_run_id": OLD, "new_run_id": NEW, "changes": COUNTS,
        "types": {TYPE: COUNTS},
    }  # fmt: skip


@contextmanager
def webhook(status):
    received = []

    class Hook(BaseHTTPRequestHandler):
        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, json.loads(body)))
            self.send_response(status)
            self.end_headers()

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Hook)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}{SECRET}", received
    server.shutdown()
    thread.join()
    server.server_close()


def test_slack_gets_the_counts(out, run, monkeypatch):
    with webhook(200) as (address, received):
        monkeypatch.setenv("SCANNER_SLACK_WEBHOOK", address)
        assert run("diff", "--out", out, "--notify", "slack-webhook").code == 0
    ((path, body),) = received
    assert path == SECRET
    assert "1 added, 1 removed" in body["text"]


def test_what_can_not_be_sent_is_told_without_the_webhooks_address(out, run, monkeypatch):
    with webhook(403) as (address, _):
        monkeypatch.setenv("SCANNER_SLACK_WEBHOOK", address)
        done = run("diff", "--out", out, "--notify", "slack-webhook")
    assert done.code == 6
    assert "the summary could not be sent: slack-webhook: HTTP 403" in done.err
    assert SECRET not in done.err + done.out
    assert "1 added" in done.out  # the comparison itself was shown


def test_a_webhook_that_is_not_there_is_told_too(out, run, monkeypatch):
    monkeypatch.setenv("SCANNER_SLACK_WEBHOOK", f"http://127.0.0.1:1{SECRET}")
    done = run("diff", "--out", out, "--notify", "slack-webhook")
    assert done.code == 6
    assert SECRET not in done.err + done.out


def test_a_topic_that_is_gone_does_not_keep_the_others_from_being_told(aws, out, run, monkeypatch):
    with webhook(200) as (address, received):
        monkeypatch.setenv("SCANNER_SLACK_WEBHOOK", address)
        topic = "sns://arn:aws:sns:eu-west-1:123456789012:gone"
        done = run("diff", "--out", out, "--notify", topic, "--notify", "slack-webhook")
    assert done.code == 6
    assert "sns: " in done.err
    assert "NotFound" in done.err
    assert len(received) == 1


@pytest.mark.parametrize(
    "target", ["sns://inventory", "mailto:me", "https://hooks.slack.com/x", "slack-webhook", "sns"]
)
def test_a_target_that_is_none_stops_before_anything_is_compared(target, out, run):
    done = run("diff", "--out", out, "--notify", target)
    assert (done.code, done.out) == (2, "")
    assert "hooks.slack.com" not in done.err


def test_the_only_call_allowed_is_the_one_that_sends_the_notice():
    notice = Notice("k", "näme\n", "text", {"a": 1})
    for target in (Topic("arn:aws:sns:eu-west-1:123456789012:t"), Bus("default")):
        call = service, operation, params = target.call(notice)
        assert _One(call).covers(service, operation, dict(params))
        assert not _One(call).covers(service, operation, {**params, "TopicArn": "other"})
        assert not _One(call).covers("sns", "Subscribe", params)
