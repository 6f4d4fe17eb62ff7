"""pioneer-etl: township workbooks into one warehouse, county summary tables out of it."""

__version__ = "0.1.0"
