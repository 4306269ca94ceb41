-- Somebody asked for a demo with these words, explicitly.

ALTER TABLE searches ADD COLUMN asked INTEGER NOT NULL DEFAULT 0
