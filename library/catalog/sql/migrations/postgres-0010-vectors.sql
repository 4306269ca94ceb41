-- Sentence embeddings of a team's demos. They take long to make; a rebuild of the catalog keeps them.

CREATE TABLE vectors (
    model text COLLATE "C" NOT NULL,   -- fingerprint of the sentence model
    demo_id text COLLATE "C" NOT NULL,
    version integer NOT NULL,          -- of the demo
    codes bytea NOT NULL,              -- a bit for each dimension: of the whole demo, then of each step
    PRIMARY KEY (model, demo_id)
);
ALTER TABLE vectors ALTER COLUMN codes SET STORAGE EXTERNAL;

CREATE TABLE vector_data (             -- the same with a byte for each dimension, packed by library/meaning/packing.py
    model text COLLATE "C" NOT NULL,
    demo_id text COLLATE "C" NOT NULL,
    data bytea NOT NULL,
    PRIMARY KEY (model, demo_id)
);
ALTER TABLE vector_data ALTER COLUMN data SET STORAGE EXTERNAL;

CREATE TABLE vector_facts (name text COLLATE "C" PRIMARY KEY, value bigint NOT NULL)
;

CREATE TABLE vector_bits (             -- the codes again, a row each, for pgvector's Hamming distance
    model text COLLATE "C" NOT NULL,
    demo_id text COLLATE "C" NOT NULL,
    place integer NOT NULL,
    code bit varying NOT NULL,
    PRIMARY KEY (model, demo_id, place)
);

DO $$ BEGIN
    CREATE EXTENSION IF NOT EXISTS vector;
EXCEPTION WHEN OTHERS THEN
    NULL;                              -- not installed there, or not allowed: vectors are compared by the client
END $$
