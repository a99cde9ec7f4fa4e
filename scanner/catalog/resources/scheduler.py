"""Amazon EventBridge Scheduler: schedules and their groups."""

from scanner.model.resource import Call, ResourceType

SCHEDULE = ResourceType(
    "AWS::Scheduler::Schedule",
    service="scheduler",
    list=Call("ListSchedules", out="Schedules"),
    id="{GroupName}/{Name}",
    name="Name",
    arn="Arn",
    created="CreationDate",
)

SCHEDULE_GROUP = ResourceType(
    "AWS::Scheduler::ScheduleGroup",
    service="scheduler",
    list=Call("ListScheduleGroups", out="ScheduleGroups"),
    id="Name",
    name="Name",
    arn="Arn",
    created="CreationDate",
    tags=Call(
        "ListTagsForResource",
        {"ResourceArn": "$Arn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)
