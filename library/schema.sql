-- The embedded catalog. Everything in it can be made anew from the bundles, so a change of schema means: make it anew.

CREATE TABLE demos (
    demo INTEGER PRIMARY KEY,          -- grows with every put: the newest demo has the largest
    demo_id TEXT NOT NULL UNIQUE,
    title_key TEXT NOT NULL,           -- the title as it is compared when someone names it
    version INTEGER NOT NULL,
    created_unix_ms INTEGER NOT NULL,
    updated_unix_ms INTEGER NOT NULL,
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    tags TEXT NOT NULL,                -- JSON
    stamp INTEGER NOT NULL,            -- how its folder stood when it was read, 0 = look again
    brief BLOB NOT NULL,               -- the record as JSON without transcript and events
    record BLOB NOT NULL               -- the record as JSON
);
CREATE INDEX demos_by_title ON demos (title_key);
CREATE INDEX demos_by_time ON demos (updated_unix_ms);

CREATE TABLE parts (                   -- a demo as a whole (number 0) and each of its steps, as people read them
    entry_id INTEGER PRIMARY KEY,
    demo INTEGER NOT NULL REFERENCES demos ON DELETE CASCADE,
    number INTEGER NOT NULL,
    step_title TEXT NOT NULL,
    text TEXT NOT NULL,
    start_ms INTEGER NOT NULL,
    spoken BLOB NOT NULL               -- JSON: [[word, start_ms], ...]
);
CREATE INDEX parts_by_demo ON parts (demo, number);

-- The same parts as they are compared: words already folded, so the plainest tokenizer fits.
CREATE VIRTUAL TABLE entries USING fts5 (title, tags, step_title, text, context, tokenize = "ascii", prefix = '1 2 3');
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (entries, row);

CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL);
