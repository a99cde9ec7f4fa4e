"""AWS CodeStar Notifications: rules; no notifications."""

from scanner.model.resource import Call, ResourceType

NOTIFICATION_RULE = ResourceType(
    "AWS::CodeStarNotifications::NotificationRule",
    service="codestar-notifications",
    list=Call("ListNotificationRules", out="NotificationRules"),
    id="Arn",
    name="Name",
    arn="Arn",
    created="CreatedTimestamp",
    each=(
        Call("DescribeNotificationRule", {"Arn": "$Arn"}, absent=("ResourceNotFoundException",)),
    ),
    tags="Tags",
)
