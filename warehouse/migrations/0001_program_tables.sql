-- The program's own tables.  Applied once, recorded with their hash, never edited: a change is a new file.
-- Facts and what belongs to one value stand in `store`; what people ask for stands in `main`.
-- No primary keys: they cost six times the load time; `pioneer repair` checks uniqueness with queries.

CREATE SCHEMA store;

CREATE SEQUENCE batch_id;
CREATE SEQUENCE submission_id;
CREATE SEQUENCE finding_id;
CREATE SEQUENCE decision_id;
CREATE SEQUENCE correction_id;
CREATE SEQUENCE audit_id;

-- One row for each content ever taken in, by its hash.
CREATE TABLE file (
    sha256      VARCHAR NOT NULL,
    name        VARCHAR NOT NULL,       -- as first received
    size        BIGINT NOT NULL,        -- bytes
    received    TIMESTAMP NOT NULL,     -- when it arrived, local time
    read_at     TIMESTAMP NOT NULL,     -- when it was last read
    batch       INTEGER NOT NULL,
    reading     INTEGER NOT NULL,       -- how many times it has been read: 1, 2, …
    reading_key VARCHAR NOT NULL,       -- what it was read with: layouts, contracts, plugins, options
    status      VARCHAR NOT NULL        -- loaded | unchanged | quarantined | refused
);

-- One mailed form: the content of a file for one township, dataset and period.
CREATE TABLE submission (
    id            INTEGER NOT NULL,
    dataset       VARCHAR NOT NULL,
    township_code VARCHAR,              -- NULL only while quarantined
    period        VARCHAR,              -- canonical text: 2004, 2004H1, 2004Q3, 2004-09
    period_start  DATE,
    period_end    DATE,
    year          INTEGER,
    revision      INTEGER,              -- 1, 2, …; NULL while quarantined
    supersedes    INTEGER,              -- the submission it replaced
    file_sha256   VARCHAR NOT NULL,
    layout        VARCHAR NOT NULL,
    plugin        VARCHAR NOT NULL,     -- name and version
    filler        VARCHAR,
    status        VARCHAR NOT NULL,     -- loaded | returned | accepted | quarantined | superseded
    records       INTEGER NOT NULL,
    content       VARCHAR NOT NULL,     -- hash of its records, whatever file they came in
    received      TIMESTAMP NOT NULL,
    loaded_at     TIMESTAMP NOT NULL,
    batch         INTEGER NOT NULL
);

-- One table of one sheet that a submission was read from.
CREATE TABLE store.part (
    submission_id INTEGER NOT NULL,
    part          INTEGER NOT NULL,     -- 0, 1, …
    sheet         VARCHAR NOT NULL,
    table_index   INTEGER NOT NULL,
    layout        VARCHAR NOT NULL,
    transposed    BOOLEAN NOT NULL      -- records stand in columns, not rows
);

-- Where each field of a part stands: with a record's line this is the address of its value.
CREATE TABLE store.column_map (
    submission_id INTEGER NOT NULL,
    part          INTEGER NOT NULL,
    field         VARCHAR NOT NULL,
    position      INTEGER NOT NULL      -- sheet column (transposed: row), from 1
);

-- What a typed column cannot say of one value; sparse.
CREATE TABLE store.value_note (
    submission_id INTEGER NOT NULL,
    part          INTEGER NOT NULL,
    line          INTEGER NOT NULL,
    field         VARCHAR NOT NULL,
    state         VARCHAR NOT NULL,     -- value, zero, blank, none, not_applicable, unreadable, no_result, error, absent
    text          VARCHAR,              -- what the cell said; NULL when the value says the same
    conversion    VARCHAR,
    cell          VARCHAR               -- A1, where the column map does not lead to it
);

-- Findings as each reading gave them; what has become of them is in the view `finding`.
CREATE TABLE store.finding (
    id            INTEGER NOT NULL,
    identity      VARCHAR NOT NULL,     -- the same for the same doubt about the same record in every revision
    file_sha256   VARCHAR NOT NULL,
    reading       INTEGER NOT NULL,
    submission_id INTEGER,              -- NULL when it is about the file
    code          VARCHAR NOT NULL,
    rule          VARCHAR,
    severity      VARCHAR NOT NULL,     -- error | warning | note
    quarantines   BOOLEAN NOT NULL,
    dataset       VARCHAR,
    township_code VARCHAR,
    period        VARCHAR,
    sheet         VARCHAR,
    cells         VARCHAR NOT NULL,     -- A1 addresses and ranges, joined by a space
    arguments     VARCHAR NOT NULL,     -- JSON object of texts
    expected      VARCHAR,
    found         VARCHAR,
    made_at       TIMESTAMP NOT NULL
);

-- Explanations and waivers, append-only; the last one about an identity holds.
CREATE TABLE store.decision (
    id       INTEGER NOT NULL,
    identity VARCHAR NOT NULL,
    state    VARCHAR NOT NULL,          -- explained | waived | open
    who      VARCHAR NOT NULL,
    why      VARCHAR NOT NULL,
    until    DATE,                      -- last day it holds; NULL without end
    made_at  TIMESTAMP NOT NULL,
    found    VARCHAR                    -- what was found then: an explanation holds for this only
);

-- The account of cells of one reading of one sheet: `counted` is the sum of the others.
CREATE TABLE cell_account (
    file_sha256 VARCHAR NOT NULL,
    reading     INTEGER NOT NULL,
    sheet       VARCHAR NOT NULL,
    counted     INTEGER NOT NULL,
    loaded      INTEGER NOT NULL,
    header      INTEGER NOT NULL,
    key         INTEGER NOT NULL,
    title       INTEGER NOT NULL,
    total       INTEGER NOT NULL,
    note        INTEGER NOT NULL,
    ignored     INTEGER NOT NULL,
    finding     INTEGER NOT NULL,
    unaccounted INTEGER NOT NULL
);

-- Who owes what for when.
CREATE TABLE expected (
    dataset       VARCHAR NOT NULL,
    township_code VARCHAR NOT NULL,
    period        VARCHAR NOT NULL,
    due           DATE
);

-- An overlay over facts, which are never updated in place.  It lapses with the revision it corrects.
CREATE TABLE correction (
    id            INTEGER NOT NULL,
    dataset       VARCHAR NOT NULL,
    submission_id INTEGER NOT NULL,
    part          INTEGER NOT NULL,
    line          INTEGER NOT NULL,
    field         VARCHAR NOT NULL,
    before        VARCHAR,
    after         VARCHAR,
    reason        VARCHAR NOT NULL,
    who           VARCHAR NOT NULL,
    made_at       TIMESTAMP NOT NULL
);

-- Who did what; each row's hash covers the row before it.
CREATE TABLE audit (
    id       INTEGER NOT NULL,
    made_at  TIMESTAMP NOT NULL,
    who      VARCHAR NOT NULL,
    action   VARCHAR NOT NULL,
    detail   VARCHAR NOT NULL,          -- JSON object
    previous VARCHAR NOT NULL,
    hash     VARCHAR NOT NULL
);

-- A copy of the workspace's org_units.csv, for joins.
CREATE TABLE org_unit (
    code       VARCHAR NOT NULL,
    name       VARCHAR NOT NULL,
    level      VARCHAR NOT NULL,        -- county | township | village
    parent     VARCHAR,
    aliases    VARCHAR NOT NULL,        -- joined by |
    valid_from DATE,
    valid_to   DATE,
    attributes VARCHAR NOT NULL         -- JSON object
);

-- The contracts that the dataset tables follow, each version once.
CREATE TABLE store.contract (
    name       VARCHAR NOT NULL,        -- a dataset, or "org_unit"
    version    INTEGER NOT NULL,
    sha256     VARCHAR NOT NULL,
    definition VARCHAR NOT NULL,        -- JSON
    made_at    TIMESTAMP NOT NULL
);

-- Every finding once, as it stands: of a finding that came again in a later revision, the latest.
CREATE VIEW finding AS
WITH latest AS (
    SELECT f.*,
           coalesce(s.status, file.status) AS source_status,
           s.status IS NOT DISTINCT FROM 'superseded'
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
       d.who, d.why, d.until, l.made_at
FROM latest l
JOIN file ON file.sha256 = l.file_sha256
LEFT JOIN decided d ON d.identity = l.identity;
