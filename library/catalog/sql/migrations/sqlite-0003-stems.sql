-- The words that count as the same word, by language; see library/index/stems.py.

CREATE TABLE stems (stem TEXT NOT NULL, word TEXT NOT NULL, PRIMARY KEY (stem, word)) WITHOUT ROWID;

ALTER TABLE demos ADD COLUMN format INTEGER NOT NULL DEFAULT 0  -- how its words are indexed; see library/catalog/ingest.py
