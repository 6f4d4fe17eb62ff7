"""Tables matched to datasets, townships, periods and fields."""
