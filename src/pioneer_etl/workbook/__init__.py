"""A file read into sheets of raw cells."""
