"""Where the starter workspace lies: what `pioneer init` copies and what the program itself reads."""

from __future__ import annotations

from pathlib import Path


def starter_root() -> Path:
    """The folder that holds `pioneer.toml`, `plugins/`, `templates/` and `warehouse/`.

    An installed wheel carries it inside of the package; in a checkout it is the repository itself.
    FileNotFoundError when the installation has neither.
    """
    package = Path(__file__).parents[1]
    for root in (package / "_starter", package.parents[1]):
        if (root / "pioneer.toml").is_file() and (root / "warehouse").is_dir():
            return root
    raise FileNotFoundError(f"no starter workspace beside {package}")
