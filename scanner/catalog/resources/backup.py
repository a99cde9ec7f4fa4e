"""AWS Backup: plans, vaults and frameworks; no recovery points."""

from scanner.model.resource import BULK, Call, ResourceType

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
    tags=BULK,
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
    tags=BULK,
)

FRAMEWORK = ResourceType(
    "AWS::Backup::Framework",
    service="backup",
    list=Call("ListFrameworks", out="Frameworks"),
    id="FrameworkArn",
    name="FrameworkName",
    arn="FrameworkArn",
    created="CreationTime",
    tags=BULK,
)

LEGAL_HOLD = ResourceType(
    "backup:legal-hold",
    service="backup",
    list=Call("ListLegalHolds", out="LegalHolds"),
    id="LegalHoldId",
    name="Title",
    arn="LegalHoldArn",
    created="CreationDate",
    tags=BULK,
)

PROTECTED_RESOURCE = ResourceType(
    "backup:protected-resource",
    service="backup",
    list=Call("ListProtectedResources", out="Results"),
    id="ResourceArn",
    name="ResourceName",
)

REPORT_PLAN = ResourceType(
    "AWS::Backup::ReportPlan",
    service="backup",
    list=Call("ListReportPlans", out="ReportPlans"),
    id="ReportPlanArn",
    name="ReportPlanName",
    arn="ReportPlanArn",
    created="CreationTime",
    tags=BULK,
)

RESTORE_TESTING_PLAN = ResourceType(
    "AWS::Backup::RestoreTestingPlan",
    service="backup",
    list=Call("ListRestoreTestingPlans", out="RestoreTestingPlans"),
    id="RestoreTestingPlanName",
    name="RestoreTestingPlanName",
    arn="RestoreTestingPlanArn",
    created="CreationTime",
    tags=BULK,
)
