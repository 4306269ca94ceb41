-- The words that count as the same word, by language; see library/index/stems.py.

CREATE TABLE stems (stem text COLLATE "C" NOT NULL, word text COLLATE "C" NOT NULL, PRIMARY KEY (stem, word));

-- How a demo's words are indexed; those of an older format are indexed again, a few at a time.
ALTER TABLE demos ADD COLUMN format smallint NOT NULL DEFAULT 0;
CREATE INDEX demos_by_format ON demos (format)
