"""Records and findings kept in DuckDB: submissions, revisions, lineage."""
