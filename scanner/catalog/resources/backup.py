"""AWS Backup: plans, vaults and frameworks; no recovery points."""

from scanner.model.resource import Call, ResourceType

BACKUP_PLAN = ResourceType(
    "AWS::Backup::BackupPlan",
    service="backup",
    list=Call("ListBackupPlans", out="BackupPlansList"),
    id="BackupPlanId",
    name="BackupPlanName",
    arn="BackupPlanArn",
    created="CreationDate",
    each=(
        Call(
            "GetBackupPlan",
            {"BackupPlanId": "$BackupPlanId"},
            out="BackupPlan",
            name="BackupPlan",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags=Call(
        "ListTags",
        {"ResourceArn": "$BackupPlanArn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)

BACKUP_SELECTION = ResourceType(
    "AWS::Backup::BackupSelection",
    service="backup",
    parent="AWS::Backup::BackupPlan",
    list=Call(
        "ListBackupSelections", {"BackupPlanId": "$BackupPlanId"}, out="BackupSelectionsList"
    ),
    id="{BackupPlanId}/{SelectionId}",
    name="SelectionName",
    created="CreationDate",
)

BACKUP_VAULT = ResourceType(
    "AWS::Backup::BackupVault",
    service="backup",
    list=Call("ListBackupVaults", out="BackupVaultList"),
    id="BackupVaultName",
    name="BackupVaultName",
    arn="BackupVaultArn",
    created="CreationDate",
    each=(
        Call(
            "GetBackupVaultAccessPolicy",
            {"BackupVaultName": "$BackupVaultName"},
            out="Policy",
            name="Policy",
            absent=("ResourceNotFoundException",),
        ),
    ),
    tags=Call(
        "ListTags",
        {"ResourceArn": "$BackupVaultArn"},
        out="Tags",
        absent=("ResourceNotFoundException",),
    ),
)

FRAMEWORK = ResourceType(
    "AWS::Backup::Framework",
    service="backup",
    list=Call("ListFrameworks", out="Frameworks"),
    id="FrameworkArn",
    name="FrameworkName",
    arn="FrameworkArn",
    created="CreationTime",
)

REPORT_PLAN = ResourceType(
    "AWS::Backup::ReportPlan",
    service="backup",
    list=Call("ListReportPlans", out="ReportPlans"),
    id="ReportPlanArn",
    name="ReportPlanName",
    arn="ReportPlanArn",
    created="CreationTime",
)
