# The role that scanner runs as, in the central account. policy.json is written by `scanner iam`:
#   scanner iam --document central --role ScannerReadRole --out s3://YOUR-BUCKET/YOUR-PREFIX
# but for the names of bucket and prefix, which are variables here.

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

data "aws_partition" "current" {}

locals {
  arn    = "arn:${data.aws_partition.current.partition}:"
  policy = replace(file("${path.module}/policy.json"), "arn:aws:", local.arn)
}

resource "aws_iam_role" "this" {
  name                 = var.role_name
  description          = "The role that scanner runs as"
  permissions_boundary = var.permissions_boundary
  assume_role_policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = { Service = var.services }
      Action    = "sts:AssumeRole"
    }]
  })
}

resource "aws_iam_role_policy" "scan" {
  name = "Scan"
  role = aws_iam_role.this.id
  policy = replace(
    replace(local.policy, "your-bucket", var.bucket), "your-prefix", var.prefix
  )
}

resource "aws_iam_role_policy_attachment" "logs" {
  role       = aws_iam_role.this.name
  policy_arn = "${local.arn}iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
}

output "role_arn" {
  value = aws_iam_role.this.arn
}
