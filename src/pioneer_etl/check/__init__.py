"""Checks on records and printed totals: in the form, between forms, against last period."""
