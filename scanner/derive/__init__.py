"""Derive resource types from botocore's models and public fact packages; development only."""
