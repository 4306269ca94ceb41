-- The log of searches, replays and feedback: rows are only added. Both engines understand it.

-- name: note_search
INSERT INTO searches (at_unix_ms, query, hits, who, visit, asked)
VALUES (:at_unix_ms, :query, :hits, :who, :visit, :asked)

-- name: note_use
INSERT INTO uses (at_unix_ms, demo_id, kind, who, visit) VALUES (:at_unix_ms, :demo_id, :kind, :who, :visit)

-- name: searches
SELECT at_unix_ms, query, hits, who, visit, asked FROM searches WHERE at_unix_ms >= :since_unix_ms ORDER BY at_unix_ms

-- name: uses
SELECT at_unix_ms, demo_id, kind, visit FROM uses WHERE at_unix_ms >= :since_unix_ms ORDER BY at_unix_ms

-- name: use_setting
SELECT value FROM use_settings WHERE name = :name

-- name: set_use
INSERT INTO use_settings (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: forget_names
UPDATE searches SET who = '' WHERE who <> ''

-- name: forget_names_of_uses
UPDATE uses SET who = '' WHERE who <> ''
