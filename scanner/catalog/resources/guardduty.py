"""Amazon GuardDuty: detectors; no findings."""

from scanner.model.resource import Call, ResourceType

DETECTOR = ResourceType(
    "AWS::GuardDuty::Detector",
    service="guardduty",
    list=Call("ListDetectors", out="DetectorIds[].{DetectorId: @}"),
    id="DetectorId",
    arn="arn:{partition}:guardduty:{region}:{account}:detector/{DetectorId}",
    created="CreatedAt",
    each=(Call("GetDetector", {"DetectorId": "$DetectorId"}),),
    tags="Tags",
)

FILTER = ResourceType(
    "AWS::GuardDuty::Filter",
    service="guardduty",
    parent="AWS::GuardDuty::Detector",
    list=Call("ListFilters", {"DetectorId": "$DetectorId"}, out="FilterNames[].{Name: @}"),
    id="{parent.DetectorId}/{Name}",
    name="Name",
    arn="arn:{partition}:guardduty:{region}:{account}:detector/{parent.DetectorId}/filter/{Name}",
    each=(Call("GetFilter", {"DetectorId": "$parent.DetectorId", "FilterName": "$Name"}),),
    tags="Tags",
)
