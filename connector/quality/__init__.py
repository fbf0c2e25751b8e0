"""Checks on batches of orders with Great Expectations.

pandas and Great Expectations take seconds and 150 MB to import: they are imported by the functions that
validate, never when this package is. One validation costs about the same for ten orders and for a thousand,
so that orders are validated by the batch.
"""
