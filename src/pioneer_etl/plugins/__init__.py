"""Plugins: hook specifications, discovery, isolation and conformance."""
