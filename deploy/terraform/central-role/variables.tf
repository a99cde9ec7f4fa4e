variable "bucket" {
  description = "bucket of the output"
  type        = string
}

variable "prefix" {
  description = "prefix of the output in the bucket: nothing else of it can be touched"
  type        = string
  default     = "scans"
}

variable "role_name" {
  description = "name of the role, which the member roles trust"
  type        = string
  default     = "ScannerCentralRole"
}

variable "services" {
  description = "AWS services that may run as this role; Batch's jobs are tasks of ECS"
  type        = list(string)
  default     = ["lambda.amazonaws.com", "ecs-tasks.amazonaws.com"]
}

variable "permissions_boundary" {
  description = "ARN of a permissions boundary"
  type        = string
  default     = null
}
