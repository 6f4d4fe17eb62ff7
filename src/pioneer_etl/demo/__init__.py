"""A made-up county whose files have the quirks of real ones, with the truth beside them."""
