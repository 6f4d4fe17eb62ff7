-- Units are renamed, merged and split up: what they were called before, and what took their place.
ALTER TABLE org_unit ADD COLUMN former_names VARCHAR;  -- joined by |
ALTER TABLE org_unit ADD COLUMN successors VARCHAR;    -- codes, joined by |
