-- The catalog of a team.

CREATE TABLE demos (
    whole integer PRIMARY KEY,         -- the entry of the demo as a whole; its steps follow
    demo_id text COLLATE "C" NOT NULL UNIQUE,
    title_key text NOT NULL,           -- the title as it is compared when someone names it
    version integer NOT NULL,
    created_unix_ms bigint NOT NULL,
    updated_unix_ms bigint NOT NULL,
    title text NOT NULL,
    author text NOT NULL,
    tags text NOT NULL,                -- JSON
    stamp bigint NOT NULL,             -- how its folder stood when it was read, 0 = look again
    size integer NOT NULL,             -- entries: the whole and its steps
    brief bytea NOT NULL,              -- the record as compressed JSON, without transcript and events
    record bytea NOT NULL              -- the record as compressed JSON
);
CREATE INDEX demos_by_title ON demos USING hash (title_key);
CREATE INDEX demos_by_time ON demos (updated_unix_ms);
ALTER TABLE demos ALTER COLUMN brief SET STORAGE EXTERNAL, ALTER COLUMN record SET STORAGE EXTERNAL;

CREATE TABLE parts (                   -- a demo as a whole (number 0) and each of its steps, as people read them
    entry_id integer PRIMARY KEY,
    whole integer NOT NULL,
    number integer NOT NULL,
    step_title text NOT NULL,
    text text NOT NULL,
    start_ms bigint NOT NULL,
    spoken bytea NOT NULL              -- when its words were said, as library/spoken.py packs it
);

CREATE TABLE chunks (                  -- the lists of entries that hold a word, as library/index/postings.py packs them
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

CREATE TABLE columns (                 -- what is known of each entry without its words, many entries a row
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
