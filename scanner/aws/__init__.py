"""The AWS boundary: the only code that imports botocore, aiobotocore or aioboto3."""
