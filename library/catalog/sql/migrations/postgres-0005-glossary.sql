-- The glossary of a team, for speech recognition; a rebuild of the catalog keeps it.

CREATE TABLE glossary (
    number bigint GENERATED ALWAYS AS IDENTITY,   -- the newest are used first where not all fit
    folded text COLLATE "C" PRIMARY KEY,          -- a name in other case is the same name
    term text NOT NULL
)
