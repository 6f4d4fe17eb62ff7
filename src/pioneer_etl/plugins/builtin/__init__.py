"""The formats that come with the tool.  They use the public hooks only, as any other plugin does."""

from typing import Final

# In the order of registration; the module of each is `pioneer_etl.plugins.builtin.NAME`.
NAMES: Final = ("generic", "standard")
