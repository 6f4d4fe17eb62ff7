"""The rules by which tables are understood; `registry` lists them all."""
