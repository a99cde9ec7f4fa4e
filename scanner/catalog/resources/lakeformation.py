"""AWS Lake Formation: settings, registered locations and tags; no grants."""

from scanner.model.resource import Call, ResourceType

DATA_LAKE_SETTINGS = ResourceType(
    "AWS::LakeFormation::DataLakeSettings",
    service="lakeformation",
    list=Call("GetDataLakeSettings", out="[{Id: 'account', DataLakeSettings: DataLakeSettings}]"),
    id="Id",
)

RESOURCE = ResourceType(
    "AWS::LakeFormation::Resource",
    service="lakeformation",
    list=Call("ListResources", out="ResourceInfoList"),
    id="ResourceArn",
)

TAG = ResourceType(
    "AWS::LakeFormation::Tag",
    service="lakeformation",
    list=Call("ListLFTags", out="LFTags"),
    id="{CatalogId}/{TagKey}",
    name="TagKey",
)
