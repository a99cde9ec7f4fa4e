"""Remediation from settings to results: plan, apply, undo; it prints nothing."""
