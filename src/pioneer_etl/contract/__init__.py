"""What the stages agree on: datasets, fields, units, code lists, places, periods, errors, findings."""
