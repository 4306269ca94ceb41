-- When a demo is due for review, for the marks beside hits.

ALTER TABLE demos ADD COLUMN review_unix_ms INTEGER NOT NULL DEFAULT -1  -- 0 never, -1 as its record says
