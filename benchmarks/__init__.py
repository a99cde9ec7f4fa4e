"""Measures the scanner against what people do otherwise; nothing here is shipped."""
