"""The warehouse stage: submissions, findings and their history in one DuckDB file.

    connect     open the file, wait for whoever holds it           columns   a submission as columns and notes
    migrate     the program's own tables                           identity  what makes a finding or a content the same
    tables      a typed table a dataset, changed with its contract load      one file, one transaction
    views       what analysts query                                store     `open_warehouse`, the way in
    queries     status, findings, submissions                      lineage   from a value to its cell
    decisions   explained, waived                                  diff      between two revisions
    sandbox     an analyst's own SQL, in a process of its own      repair    check, recover, rebuild

Arrow tables are made and fetched in `arrow` only.
"""
