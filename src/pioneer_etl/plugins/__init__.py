"""Plugins: hook specifications, discovery, isolation and conformance.

A plugin imports what it needs from here: `from pioneer_etl.plugins import hookimpl`.
"""

from pioneer_etl.plugins.hookspecs import API_VERSION, hookimpl

__all__ = ["API_VERSION", "hookimpl"]
