"""The warehouse stage: submissions, findings and their history in one DuckDB file.

    store      `open_warehouse`, the way in            queries    status, findings, submissions
    connect    the file, and who holds it              lineage    from a value to its cell
    migrate    the program's own tables                diff       between two revisions
    tables     a typed table a dataset                 decisions  explained, waived, returned, corrected
    views      what analysts query                     sandbox    an analyst's own SQL
    originals  the mailed files' bytes                 repair     check, recover, rebuild

Loading: `known` (the same bytes again), `ledger` (what stands), `plan` (what becomes of each form), with `columns`,
`values` and `identity`; then `write`, all in `load`.  Arrow tables are made and fetched in `arrow` only.
"""
