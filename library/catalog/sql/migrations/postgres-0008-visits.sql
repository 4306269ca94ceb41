-- Which searches and uses belong to one sitting of somebody, without saying who.

ALTER TABLE searches ADD COLUMN visit text NOT NULL DEFAULT '';
ALTER TABLE uses ADD COLUMN visit text NOT NULL DEFAULT ''
