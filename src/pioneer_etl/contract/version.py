"""The version of the program: what was read or written by another one can be told by it."""

from typing import Final

VERSION: Final = "0.1.0"
