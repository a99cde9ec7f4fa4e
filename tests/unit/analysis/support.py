"""Runs on disk, of whatever records and outcomes a test needs."""

import anyio

from scanner.model.outcome import Outcome, Status, TypeOutcome, worst
from scanner.model.record import Record
from scanner.model.target import Account, Unit
from scanner.output import Options, create_run

OLD = "20261123T010000Z-00000a"
NEW = "20261124T010000Z-00000b"
ACCOUNT, REGION, TYPE = "111111111111", "eu-west-1", "AWS::SQS::Queue"


def record(id="q", run_id=OLD, **members):
    fields = {
        "schema": 1, "run_id": run_id, "captured_at": f"{run_id[:4]}-11-24T01:00:00Z",
        "account_id": ACCOUNT, "account_name": None, "partition": "aws", "region": REGION,
        "service": "sqs", "operation": "ListQueues", "resource_type": TYPE, "resource_id": id,
        "resource_name": id, "arn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:{id}", "parent_arn": None,
        "created_at": None, "tags": {}, "configuration": {}, "supplementary": {}, "redacted": [],
        "unread": [],
    }  # fmt: skip
    return Record(**fields | members)


def outcome(unit, types, records):
    ends = {
        name: TypeOutcome(status, sum(each.resource_type == name for each in records))
        for name, status in types.items()
    }
    return Outcome(
        unit.account.id,
        unit.region,
        unit.service,
        worst([each.status for each in ends.values()]),
        ends,
    )


def write_run(out, run_id, units, plan=None, **options):
    """Write a finished run of `{(account, region): ({type: status}, [record])}`, all of sqs."""

    async def main():
        async with create_run(out, run_id, plan or {}, Options(**options)) as run:
            for (account, region), (types, records) in units.items():
                unit = Unit(Account(account), region, "sqs", tuple(types))
                buffer = run.open_unit(unit)
                for each in records:
                    await buffer.add(each)
                await run.commit(buffer, outcome(unit, types, records))
            status = all(
                end is Status.COMPLETE for types, _ in units.values() for end in types.values()
            )
            return await run.finish(
                {"status": "complete" if status else "partial", "planned": len(units),
                 "accounts": {}, "scanner_version": "0", "resume": None}
            )  # fmt: skip

    return anyio.run(main)
