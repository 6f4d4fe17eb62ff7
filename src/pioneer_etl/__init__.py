"""pioneer-etl: township workbooks into one warehouse, county summary tables out of it.

    import pioneer_etl as pe

    workspace = pe.open_workspace("county/")
    report = workspace.ingest(["inbox/"])
    workspace.sql("from village_economy").df()
    workspace.summary("village_economy")

The command line, `pioneer`, does the same.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pioneer_etl.contract.version import VERSION

if TYPE_CHECKING:
    from pioneer_etl.contract.errors import PioneerError
    from pioneer_etl.workspace import Workspace, init_workspace, open_workspace

__version__ = VERSION
__all__ = ["PioneerError", "Workspace", "__version__", "init_workspace", "open_workspace"]


def __getattr__(name: str) -> Any:
    # Imported when asked for: `pioneer --help` and the worker processes need none of it.
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    home = "pioneer_etl.contract.errors" if name == "PioneerError" else "pioneer_etl.workspace"
    return getattr(import_module(home), name)
