"""Reads without botocore's pipeline: it drew the request once and stays the judge of what is odd.

Whatever is not plain (no template, no success, an answer unlike its model) goes botocore's
own way: this package saves time and decides nothing.
"""
