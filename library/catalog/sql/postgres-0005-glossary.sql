-- Names a team's people say, told to whatever hears them; a catalog made anew keeps them.

CREATE TABLE glossary (
    number bigint GENERATED ALWAYS AS IDENTITY,   -- the newest are told first where not all fit
    folded text COLLATE "C" PRIMARY KEY,          -- a name in other letters is the same name
    term text NOT NULL
)
