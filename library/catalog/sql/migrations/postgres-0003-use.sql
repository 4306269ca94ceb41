-- How the library is used; a rebuild of the catalog keeps it.

CREATE TABLE searches (at_unix_ms bigint NOT NULL, query text NOT NULL, hits integer NOT NULL, who text NOT NULL);
CREATE INDEX searches_by_time ON searches (at_unix_ms);

CREATE TABLE uses (
    at_unix_ms bigint NOT NULL,
    demo_id text NOT NULL,
    kind text NOT NULL,                -- replay, helped, no help
    who text NOT NULL                  -- empty unless the library's owner turned names on
);
CREATE INDEX uses_by_demo ON uses (demo_id);

CREATE TABLE use_settings (name text PRIMARY KEY, value bigint NOT NULL)
