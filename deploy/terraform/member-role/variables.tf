variable "principal" {
  description = "ARN of the central account's role (or of its root) that may enter"
  type        = string

  validation {
    condition     = can(regex("^arn:[\\w-]+:iam::\\d{12}:(root|role/.+|user/.+)$", var.principal))
    error_message = "Give the ARN of a role, a user or a root."
  }
}

variable "external_id" {
  description = "external id that the central account must know"
  type        = string
  sensitive   = true

  validation {
    condition     = can(regex("^[\\w+=,.@:/-]{2,1224}$", var.external_id))
    error_message = "Give 2 to 1224 of letters, digits and _+=,.@:/-."
  }
}

variable "role_name" {
  description = "name of the role, as scanner's --role has it"
  type        = string
  default     = "ScannerReadRole"
}

variable "permissions_boundary" {
  description = "ARN of a permissions boundary"
  type        = string
  default     = null
}
