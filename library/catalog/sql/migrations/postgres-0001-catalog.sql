-- The catalog of a team.

CREATE TABLE demos (
    whole integer PRIMARY KEY,         -- the entry of the whole demo; its steps follow
    demo_id text COLLATE "C" NOT NULL UNIQUE,
    title_key text NOT NULL,           -- the folded title, for lookups by title
    version integer NOT NULL,
    created_unix_ms bigint NOT NULL,
    updated_unix_ms bigint NOT NULL,
    title text NOT NULL,
    author text NOT NULL,
    tags text NOT NULL,                -- JSON
    stamp bigint NOT NULL,             -- modification time of its folder when it was read, 0 = read again
    size integer NOT NULL,             -- entries: the whole and its steps
    brief bytea NOT NULL,              -- the record as compressed JSON, without transcript and events
    record bytea NOT NULL              -- the record as compressed JSON
);
CREATE INDEX demos_by_title ON demos USING hash (title_key);
CREATE INDEX demos_by_time ON demos (updated_unix_ms);
ALTER TABLE demos ALTER COLUMN brief SET STORAGE EXTERNAL, ALTER COLUMN record SET STORAGE EXTERNAL;

CREATE TABLE parts (                   -- the text of a whole demo (number 0) and of each step
    entry_id integer PRIMARY KEY,
    whole integer NOT NULL,
    number integer NOT NULL,
    step_title text NOT NULL,
    text text NOT NULL,
    start_ms bigint NOT NULL,
    spoken bytea NOT NULL              -- times of its words, packed by library/catalog/word_times.py
);

CREATE TABLE chunks (                  -- posting lists, packed by library/index/postings.py
    word text COLLATE "C" NOT NULL,
    kind smallint NOT NULL,
    first integer NOT NULL,
    last integer NOT NULL,
    size integer NOT NULL,
    wide smallint NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (word, kind, first)
);
ALTER TABLE chunks ALTER COLUMN data SET STORAGE EXTERNAL;  -- packed already; PostgreSQL would only waste time on it

CREATE TABLE columns (                 -- statistics of each entry, many entries in a row
    number integer PRIMARY KEY,
    days bytea NOT NULL,
    places bytea NOT NULL,
    headings bytea NOT NULL,
    texts bytea NOT NULL
);
ALTER TABLE columns ALTER COLUMN days SET STORAGE EXTERNAL, ALTER COLUMN places SET STORAGE EXTERNAL,
    ALTER COLUMN headings SET STORAGE EXTERNAL, ALTER COLUMN texts SET STORAGE EXTERNAL;

CREATE TABLE words (word text COLLATE "C" PRIMARY KEY, count integer NOT NULL);

CREATE TABLE facts (name text COLLATE "C" PRIMARY KEY, value bigint NOT NULL)
