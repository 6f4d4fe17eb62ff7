"""Matched tables made into records of typed values with their states and source cells."""
