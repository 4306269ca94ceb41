-- Sentence embeddings, beside the embedded catalog in a file of their own: they take hours to make for a large library
-- and stay valid when the index is made anew.

CREATE TABLE vectors (
    model TEXT NOT NULL,               -- fingerprint of the sentence model
    demo_id TEXT NOT NULL,
    version INTEGER NOT NULL,          -- of the demo
    codes BLOB NOT NULL,               -- a bit for each dimension: of the whole demo, then of each step
    PRIMARY KEY (model, demo_id)
);

CREATE TABLE vector_data (             -- the same with a byte for each dimension, packed by library/meaning/packing.py
    model TEXT NOT NULL,
    demo_id TEXT NOT NULL,
    data BLOB NOT NULL,
    PRIMARY KEY (model, demo_id)
);

CREATE TABLE vector_facts (name TEXT PRIMARY KEY, value INTEGER NOT NULL)
