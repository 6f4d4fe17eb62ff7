"""The townships' workbooks, written from the truth in six formats."""
