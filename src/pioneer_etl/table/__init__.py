"""A sheet understood: regions, header trees, and a role for every row and cell."""
