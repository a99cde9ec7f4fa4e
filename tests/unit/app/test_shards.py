"""Which shard of which run a process is: options, and the variables of its scheduler."""

import pytest

from scanner.app.shards import check_same, check_shard, run_name, shard_of, way_on
from scanner.model.errors import SettingsError
from scanner.model.shard import Shard
from scanner.settings import Settings

BATCH = {
    "AWS_BATCH_JOB_ID": "0bb17543-ece6-4480-b1a7-a556d344746b:2",
    "AWS_BATCH_JOB_ARRAY_INDEX": "2",
    "AWS_BATCH_JOB_ARRAY_SIZE": "10",
    "AWS_BATCH_JOB_ATTEMPT": "1",
}
KUBERNETES = {"JOB_COMPLETION_INDEX": "0", "SCANNER_SHARDS": "4", "HOSTNAME": "scan-0"}
RUN_ID = "20261124T080619Z-7f3a9c"


def settings(**options):
    return Settings.of(**options)


@pytest.mark.parametrize(
    ("shard", "environment", "wanted"),
    [
        (None, {}, None),
        (None, BATCH, None),
        ("2/3", {}, Shard(2, 3)),
        ("2/3", BATCH, Shard(2, 3)),
        ("auto", BATCH, Shard(3, 10)),
        ("auto", KUBERNETES, Shard(1, 4)),
        ("auto", BATCH | KUBERNETES, Shard(3, 10)),  # Batch on EKS
    ],
)
def test_the_shard_is_the_one_given_or_the_schedulers(shard, environment, wanted):
    assert shard_of(settings(shard=shard), environment) == wanted


@pytest.mark.parametrize(
    ("environment", "said"),
    [
        ({}, "neither AWS_BATCH_JOB_ARRAY_INDEX nor JOB_COMPLETION_INDEX is set"),
        ({"JOB_COMPLETION_INDEX": "0"}, "JOB_COMPLETION_INDEX is set, but SCANNER_SHARDS"),
        ({"AWS_BATCH_JOB_ARRAY_INDEX": "0"}, "but AWS_BATCH_JOB_ARRAY_SIZE"),
        (KUBERNETES | {"JOB_COMPLETION_INDEX": "4"}, "JOB_COMPLETION_INDEX=4 and SCANNER_SHARDS=4"),
        (KUBERNETES | {"JOB_COMPLETION_INDEX": "-1"}, "make no shard"),
        (KUBERNETES | {"SCANNER_SHARDS": "many"}, "make no shard"),
        (KUBERNETES | {"SCANNER_SHARDS": ""}, "make no shard"),
    ],
)
def test_variables_that_do_not_tell_are_named(environment, said):
    with pytest.raises(SettingsError, match=said):
        shard_of(settings(shard="auto"), environment)


def test_the_run_is_the_one_given():
    assert run_name(settings(shard="1/2", run_id="nightly"), {}) == "nightly"
    assert run_name(settings(shard="auto", run_id="nightly"), BATCH) == "nightly"


def test_children_of_a_batch_array_job_share_its_id():
    others = BATCH | {"AWS_BATCH_JOB_ID": BATCH["AWS_BATCH_JOB_ID"].replace(":2", ":7")}
    names = {run_name(settings(shard="auto"), each) for each in (BATCH, others)}
    assert names == {"0bb17543-ece6-4480-b1a7-a556d344746b"}


@pytest.mark.parametrize(
    ("shard", "environment"),
    [
        ("1/2", {}),
        ("1/2", BATCH),  # a job that is not split by its array has no name for its shards
        ("auto", KUBERNETES),  # the name of a Job may come back another night
        ("auto", BATCH | {"AWS_BATCH_JOB_ID": "no-array"}),
    ],
)
def test_without_a_name_that_all_shards_know_there_is_no_run(shard, environment):
    with pytest.raises(SettingsError, match="need the same --run-id"):
        run_name(settings(shard=shard), environment)


@pytest.mark.parametrize("shard", ["", "2", "0/3", "4/3", "x", "Auto"])
def test_what_is_no_shard_is_bad_input(shard):
    with pytest.raises(SettingsError, match="--shard: "):
        settings(shard=shard)


@pytest.mark.parametrize(
    ("shards", "shard", "said"),
    [
        (3, None, "has 3 shards: give the one"),
        (None, Shard(1, 2), "has no shards: leave out --shard"),
        (3, Shard(1, 2), "has 3 shards: --shard 1/2 is none of them"),
    ],
)
def test_a_run_is_gone_on_with_as_it_was_split(shards, shard, said):
    stored = {"run_id": RUN_ID} | ({} if shards is None else {"shards": shards})
    with pytest.raises(SettingsError, match=said):
        check_shard(stored, shard)


def test_a_run_that_is_split_as_asked_for_is_fine():
    check_shard({"run_id": RUN_ID}, None)
    check_shard({"run_id": RUN_ID, "shards": 3}, Shard(2, 3))


@pytest.mark.parametrize(
    ("options", "named"),
    [
        ({"regions": "eu-*"}, "--regions"),
        ({"exclude_accounts": "111122223333"}, "--exclude-accounts"),
        ({"compress": "none"}, "--compress"),
    ],
)
def test_a_shard_with_other_settings_than_the_plans_is_refused(options, named):
    stored = {"run_id": RUN_ID, "settings": settings().public()}
    with pytest.raises(SettingsError, match=f"planned with another {named}"):
        check_same(stored, settings(**options))


def test_what_differs_from_machine_to_machine_may_differ():
    stored = {"run_id": RUN_ID, "settings": settings().public()}
    check_same(stored, settings(shard="2/3", run_id="x", out="elsewhere", concurrency=3))


def test_the_way_on_names_the_shard(tmp_path):
    assert way_on(tmp_path, RUN_ID, None) == f"scanner scan --resume {RUN_ID} --out {tmp_path}"
    assert "--resume" in way_on(tmp_path, RUN_ID, Shard(2, 3))
    assert "--shard 2/3" in way_on(tmp_path, RUN_ID, Shard(2, 3))


@pytest.mark.parametrize(
    ("place", "base"),
    [
        ("scan/tasks/mine", "scan"),
        ("tasks/mine", "."),
        ("/out/tasks/mine", "/out"),
        ("s3://bucket/scans/tasks/mine", "s3://bucket/scans"),
        ("s3://bucket/tasks/mine", "s3://bucket"),
    ],
)
def test_the_way_on_with_a_task_names_it_and_the_output_that_its_own_is_in(place, base):
    way = way_on(place, RUN_ID, None, "mine.py:mine")

    assert way == f"scanner run mine.py:mine --resume {RUN_ID} --out {base}"
