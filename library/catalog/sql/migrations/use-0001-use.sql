-- Beside the embedded catalog, in a file of its own: the catalog can be rebuilt from the bundles, this cannot.

CREATE TABLE searches (at_unix_ms INTEGER NOT NULL, query TEXT NOT NULL, hits INTEGER NOT NULL, who TEXT NOT NULL);

CREATE TABLE uses (
    at_unix_ms INTEGER NOT NULL,
    demo_id TEXT NOT NULL,
    kind TEXT NOT NULL,                -- replay, helped, no help
    who TEXT NOT NULL                  -- empty unless the library's owner turned names on
);
CREATE INDEX uses_by_demo ON uses (demo_id);

CREATE TABLE use_settings (name TEXT PRIMARY KEY, value INTEGER NOT NULL)
