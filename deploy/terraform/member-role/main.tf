# The role that scanner assumes in this account. policies.jsonl and trust.json are written by
# `scanner iam`; with types of your own, write them anew:
#   scanner iam --types 'AWS::EC2::*' --document policy > policies.jsonl

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

locals {
  policies = split("\n", trimspace(file("${path.module}/policies.jsonl")))
  trust    = file("${path.module}/trust.json")
}

resource "aws_iam_policy" "read" {
  count  = length(local.policies)
  name   = "${var.role_name}-${count.index + 1}"
  policy = local.policies[count.index]
}

resource "aws_iam_role" "this" {
  name                 = var.role_name
  description          = "The read-only role that scanner assumes in this account"
  max_session_duration = 43200
  permissions_boundary = var.permissions_boundary
  assume_role_policy = replace(
    replace(local.trust, "arn:aws:iam::CENTRAL-ACCOUNT:root", var.principal),
    "YOUR-EXTERNAL-ID", var.external_id
  )
}

resource "aws_iam_role_policy_attachment" "read" {
  count      = length(local.policies)
  role       = aws_iam_role.this.name
  policy_arn = aws_iam_policy.read[count.index].arn
}

output "role_arn" {
  value = aws_iam_role.this.arn
}
