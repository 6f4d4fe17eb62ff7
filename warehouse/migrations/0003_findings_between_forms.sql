-- Findings between forms: made after loading, made anew when one of the forms is.

ALTER TABLE store.finding ADD COLUMN between_forms BOOLEAN DEFAULT false;
ALTER TABLE store.finding ADD COLUMN elsewhere VARCHAR;     -- JSON: where the other forms say what this one is held against
ALTER TABLE store.finding ADD COLUMN gone_at TIMESTAMP;     -- when a later look no longer found it

-- How finely the decimals of a part were printed: the most decimals that any of its cells shows, where it shows any.
CREATE TABLE store.printed (
    submission_id INTEGER NOT NULL,
    part          INTEGER NOT NULL,
    field         VARCHAR NOT NULL,
    decimals      INTEGER NOT NULL      -- of the stored unit
);

-- What each standing form was last held against: when that is still so, nothing need be looked at again.
CREATE TABLE store.compared (
    submission_id INTEGER NOT NULL,
    basis         VARCHAR NOT NULL,     -- hash of the checks, the form, the other forms and their corrections
    made_at       TIMESTAMP NOT NULL
);

-- Every finding once, as it stands: of a finding that came again in a later revision, the latest.
CREATE OR REPLACE VIEW finding AS
WITH latest AS (
    SELECT f.*,
           coalesce(s.status, file.status) AS source_status,
           s.status IS NOT DISTINCT FROM 'superseded' OR f.gone_at IS NOT NULL
               OR (f.submission_id IS NULL AND f.reading < file.reading) AS gone
    FROM store.finding f
    JOIN file ON file.sha256 = f.file_sha256
    LEFT JOIN submission s ON s.id = f.submission_id
    QUALIFY row_number() OVER (PARTITION BY f.identity ORDER BY gone, f.id DESC) = 1
), decided AS (
    SELECT identity,
           max(id) AS decision,
           arg_max(state, id) AS state,
           arg_max(who, id) AS who,
           arg_max(why, id) AS why,
           arg_max(struct_pack(d := until), id).d AS until,
           arg_max(struct_pack(f := found), id).f AS found
    FROM store.decision
    GROUP BY identity
)
SELECT l.id, l.identity, l.code, l.rule, l.severity, l.quarantines,
       CASE
           WHEN l.gone THEN 'fixed'
           WHEN d.state = 'waived' AND (d.until IS NULL OR d.until >= current_date) THEN 'waived'
           WHEN d.state = 'explained' AND d.found IS NOT DISTINCT FROM l.found THEN 'explained'
           ELSE 'open'
       END AS state,
       l.dataset, l.township_code, l.period, l.submission_id, l.file_sha256,
       file.name AS file, l.sheet, l.cells, l.arguments, l.expected, l.found,
       d.who, d.why, d.until, l.made_at, l.between_forms, l.elsewhere
FROM latest l
JOIN file ON file.sha256 = l.file_sha256
LEFT JOIN decided d ON d.identity = l.identity;
