"""The warehouse turned into county summary tables, traces and exports."""
