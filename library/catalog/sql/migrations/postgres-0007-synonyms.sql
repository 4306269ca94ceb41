-- What means the same in a team's library; a rebuild of the catalog keeps it.

CREATE TABLE synonyms (
    number bigint GENERATED ALWAYS AS IDENTITY,
    folded text COLLATE "C" NOT NULL,             -- as a search compares them
    folded_meaning text COLLATE "C" NOT NULL,
    term text NOT NULL,
    meaning text NOT NULL,
    PRIMARY KEY (folded, folded_meaning)
)
