"""The public API: workspaces, and what can be done with them."""

from pioneer_etl.workspace.init import init_workspace
from pioneer_etl.workspace.opening import find_workspace, open_workspace
from pioneer_etl.workspace.workspace import Workspace

__all__ = ["Workspace", "find_workspace", "init_workspace", "open_workspace"]
