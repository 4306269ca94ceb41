-- Which searches and uses belong to one sitting of somebody, without saying who.

ALTER TABLE searches ADD COLUMN visit TEXT NOT NULL DEFAULT '';

ALTER TABLE uses ADD COLUMN visit TEXT NOT NULL DEFAULT ''
