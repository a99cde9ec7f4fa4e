from scanner.model.resource import Call, ResourceType

LIST, DESCRIBE, TAGS = Call("ListThings"), Call("DescribeThing"), Call("ListTags")


def kind(**options):
    return ResourceType("svc:thing", service="svc", list=LIST, id="Id", **options)


def test_a_types_calls_are_its_listing_its_details_and_its_tags():
    assert kind().calls == (LIST,)
    assert kind(each=(DESCRIBE,), tags="Tags").calls == (LIST, DESCRIBE)
    assert kind(each=(DESCRIBE,), tags=TAGS).calls == (LIST, DESCRIBE, TAGS)
