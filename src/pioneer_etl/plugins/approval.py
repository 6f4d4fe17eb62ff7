"""Which code in a workspace may run: `plugins/approvals.toml`, by name and content hash.

A layout is data and needs no approval.  `plugin.py` is code with all the rights of the person who
runs the tool, and a workspace is a folder that people mail and copy; so its code runs only after
somebody has looked at it and said so, and no longer once it was changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from pioneer_etl.contract.errors import PluginError, UsageError
from pioneer_etl.contract.toml import closest, read_toml
from pioneer_etl.contract.unchanging import unchanging
from pioneer_etl.plugins.discovery import workspace_plugins

FILE: Final = "approvals.toml"
_HEAD: Final = """\
# Code in this folder that may run, by the SHA-256 of its plugin.py.  Written by `pioneer plugins approve NAME`.
"""


@unchanging
class Code:
    """The code of a plugin as it was read once: these bytes are hashed, and these are compiled.

    Line ends are those of Unix, so that a copy that went through Windows or git is the same code.
    """

    name: str
    path: Path
    source: bytes

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.source).hexdigest()


def read_code(name: str, path: Path) -> Code:
    """The code of a plugin; PluginError when it cannot be read."""
    try:
        return Code(name, path, path.read_bytes().replace(b"\r\n", b"\n"))
    except OSError as error:
        raise PluginError("plugin.unreadable", plugin=name, place=path, reason=error.strerror or error) from error


def read_approvals(root: Path) -> Mapping[str, str]:
    """SHA-256 by plugin name; ConfigurationError when the file is damaged, {} when there is none."""
    path = root / "plugins" / FILE
    if not path.is_file():
        return {}
    file = read_toml(path)
    approvals = {}
    for name in file.data:
        section = file.section(name)
        approvals[name] = section.text("sha256")
        section.close()
    return approvals


def approve(root: Path, name: str) -> str:
    """Let the code of a workspace's plugin run as it is now; its SHA-256 is returned.

    UsageError when there is no such plugin; nothing needs to be approved when it has no code, which is a
    UsageError too.
    """
    plugins = {each.name: each for each in workspace_plugins(root)}
    if name not in plugins:
        near = closest(name, plugins)
        raise UsageError("plugin.unknown", found=name, expected=near or ", ".join(plugins) or "-")
    path = plugins[name].code
    if path is None:
        raise UsageError("plugin.no_code", plugin=name)
    digest = read_code(name, path).sha256
    approvals = {each: sha for each, sha in read_approvals(root).items() if each in plugins} | {name: digest}
    _write(root / "plugins" / FILE, approvals)
    return digest


def _write(path: Path, approvals: Mapping[str, str]) -> None:
    entries = (f'\n["{name}"]\nsha256 = "{approvals[name]}"\n' for name in sorted(approvals))
    new = path.with_name(f".{path.name}.new")
    new.write_text(_HEAD + "".join(entries), encoding="utf-8", newline="\n")
    new.replace(path)
