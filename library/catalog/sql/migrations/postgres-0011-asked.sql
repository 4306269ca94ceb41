-- Somebody asked for a demo with these words, explicitly.

ALTER TABLE searches ADD COLUMN asked integer NOT NULL DEFAULT 0
