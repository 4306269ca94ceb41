-- The embedded catalog. It can be rebuilt from the bundles.

CREATE TABLE demos (
    whole INTEGER PRIMARY KEY,         -- the entry of the whole demo; its steps follow
    demo_id TEXT NOT NULL UNIQUE,
    title_key TEXT NOT NULL,           -- the folded title, for lookups by title
    version INTEGER NOT NULL,
    created_unix_ms INTEGER NOT NULL,
    updated_unix_ms INTEGER NOT NULL,
    title TEXT NOT NULL,
    author TEXT NOT NULL,
    tags TEXT NOT NULL,                -- JSON
    stamp INTEGER NOT NULL,            -- modification time of its folder when it was read, 0 = read again
    size INTEGER NOT NULL,             -- entries: the whole and its steps
    brief BLOB NOT NULL,               -- the record as compressed JSON, without transcript and events
    record BLOB NOT NULL               -- the record as compressed JSON
);
CREATE INDEX demos_by_title ON demos (title_key);
CREATE INDEX demos_by_time ON demos (updated_unix_ms);

CREATE TABLE parts (                   -- the text of a whole demo (number 0) and of each step
    entry_id INTEGER PRIMARY KEY,
    whole INTEGER NOT NULL,
    number INTEGER NOT NULL,
    step_title TEXT NOT NULL,
    text TEXT NOT NULL,
    start_ms INTEGER NOT NULL,
    spoken BLOB NOT NULL               -- times of its words, packed by library/catalog/word_times.py
);

CREATE TABLE chunks (                  -- posting lists, packed by library/index/postings.py
    word TEXT NOT NULL,
    kind INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    size INTEGER NOT NULL,
    wide INTEGER NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (word, kind, first)
) WITHOUT ROWID;

CREATE TABLE columns (                 -- statistics of each entry, many entries in a row
    number INTEGER PRIMARY KEY,
    days BLOB NOT NULL,
    places BLOB NOT NULL,
    headings BLOB NOT NULL,
    texts BLOB NOT NULL
);

CREATE TABLE words (word TEXT PRIMARY KEY, count INTEGER NOT NULL) WITHOUT ROWID;

CREATE TABLE facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL)
