"""Random layouts: drawn, read back and compared."""
