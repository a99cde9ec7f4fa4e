"""The tags of many resources as they are now: few calls, and one ARN spoils no others."""

from scanner.engine.live_tags import PER_CALL, tags_by_arn
from tests.unit.engine.scripted import context, refusal

ARNS = [f"arn:aws:sqs:eu-west-1:111122223333:q{number}" for number in range(230)]


def answering(tagged, *, spoilt=(), code="InvalidParameterException"):
    def get_resources(**params):
        arns = params["ResourceARNList"]
        if set(spoilt) & set(arns):
            return refusal(code)
        pairs = [{"Key": "K", "Value": "v"}]
        found = [{"ResourceARN": arn, "Tags": pairs} for arn in arns if arn in tagged]
        if len(found) > 1 and "NextToken" not in params:
            return {"ResourceTagMappingList": found[:1], "NextToken": "1"}
        return {"ResourceTagMappingList": found[1:] if "NextToken" in params else found}

    return {"GetResources": get_resources}


async def read(answers, arns=ARNS):
    ctx = context(answers, [])
    found, failed = await tags_by_arn(ctx.gate, ctx.clients, "eu-west-1", arns)
    return (
        found,
        failed,
        [len(each["ResourceARNList"]) for each in ctx.clients.called("GetResources")],
    )


async def test_a_hundred_are_asked_for_at_once_with_all_their_pages():
    found, failed, sizes = await read(answering(ARNS[:1] + ARNS[200:202]))

    assert found == {arn: {"K": "v"} for arn in (ARNS[0], ARNS[200], ARNS[201])}
    assert not failed
    assert sorted(sizes) == [30, 30, PER_CALL, PER_CALL]


async def test_an_arn_that_spoils_a_call_is_found_and_fails_alone():
    found, failed, sizes = await read(answering(ARNS[:3], spoilt=[ARNS[1]]), ARNS[:100])

    assert found == {arn: {"K": "v"} for arn in (ARNS[0], ARNS[2])}
    assert failed.keys() == {ARNS[1]}
    assert len(sizes) < 2 * 8 + 2


async def test_what_is_denied_is_denied_for_all_and_not_asked_again():
    found, failed, sizes = await read(
        answering((), spoilt=[ARNS[1]], code="AccessDeniedException"), ARNS[:100]
    )

    assert not found
    assert failed.keys() == set(ARNS[:100])
    assert sizes == [100]


async def test_nothing_is_asked_where_nothing_is_wanted():
    assert await read(answering(()), []) == ({}, {}, [])
