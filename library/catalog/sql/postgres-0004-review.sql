-- When a demo is to be looked at again, for the marks beside what is found.

ALTER TABLE demos ADD COLUMN review_unix_ms bigint NOT NULL DEFAULT -1  -- 0 never, -1 as its record says
