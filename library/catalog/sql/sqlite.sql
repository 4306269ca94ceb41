-- What only SQLite understands.

-- name: tails
SELECT word, kind, first, last, size, wide, data FROM
    (SELECT json_extract(value, '$[0]') AS wanted, json_extract(value, '$[1]') AS sort FROM json_each(:keys))
    JOIN chunks ON word = wanted AND kind = sort
    AND first = (SELECT max(first) FROM chunks AS other WHERE other.word = wanted AND other.kind = sort)

-- name: chunks_over
SELECT word, kind, first, last, size, wide, data FROM (SELECT DISTINCT value AS wanted FROM json_each(:words))
    JOIN chunks ON word = wanted WHERE first <= :last AND last >= :first

-- name: chunks_in
SELECT word, kind, first, last, size, wide, data FROM chunks WHERE word IN (SELECT value FROM json_each(:words))
ORDER BY word, kind, first

-- name: word_counts
SELECT word, count FROM words WHERE word IN (SELECT value FROM json_each(:words))

-- name: words_by_stem
SELECT stem, stems.word, count FROM stems JOIN words ON words.word = stems.word WHERE stem IN (SELECT value FROM json_each(:stems))
ORDER BY stem, count DESC, stems.word

-- name: entry_details
SELECT entry_id, demo_id, parts.number, updated_unix_ms, title, author, tags, step_title, text, start_ms, spoken,
    review_unix_ms, CASE WHEN review_unix_ms < 0 THEN brief END
FROM parts JOIN demos USING (whole) WHERE entry_id IN (SELECT value FROM json_each(:entries))

-- name: first_steps
SELECT whole, step_title, text FROM parts WHERE entry_id IN (SELECT value FROM json_each(:entries))

-- name: check
PRAGMA integrity_check

-- name: used
SELECT demo_id, sum(CASE kind WHEN 'replay' THEN 1 WHEN 'helped' THEN 3 ELSE -3 END) FROM uses
WHERE demo_id IN (SELECT value FROM json_each(:ids)) GROUP BY demo_id

-- name: existing_demos
SELECT demo_id, version, whole, size, format, record FROM demos WHERE demo_id IN (SELECT value FROM json_each(:ids))

-- name: forget_words
DELETE FROM words WHERE word IN (SELECT value FROM json_each(:words)) AND count <= 0

-- name: vector_data
SELECT demo_id, data FROM vector_data WHERE model = :model AND demo_id IN (SELECT value FROM json_each(:ids))

-- name: demo_places
SELECT demo_id, whole, size FROM demos WHERE demo_id IN (SELECT value FROM json_each(:ids))
