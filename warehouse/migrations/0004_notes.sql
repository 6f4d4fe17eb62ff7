-- The county's own notes: figures that came by telephone, and differences (差额) that only totals know.
-- A dataset's view in `adjusted` has the differences as well.
CREATE SCHEMA adjusted;
