"""The generator's modules stand beside these tests and are imported as `layouts.*`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
