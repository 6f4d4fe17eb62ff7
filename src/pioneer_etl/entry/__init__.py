"""The other direction: what goes out to the townships, and what comes back of it."""
