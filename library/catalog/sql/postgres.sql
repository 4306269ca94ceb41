-- What only PostgreSQL understands.

-- name: tails
SELECT chunk.* FROM
    (SELECT key->>0 AS wanted, (key->>1)::smallint AS sort FROM json_array_elements(CAST(:keys AS json)) AS key) AS keys
    CROSS JOIN LATERAL (
        SELECT word, kind, first, last, size, wide, data FROM chunks WHERE word = wanted AND kind = sort
        ORDER BY first DESC LIMIT 1) AS chunk

-- name: chunks_over
SELECT word, kind, first, last, size, wide, data FROM chunks
WHERE word IN (SELECT json_array_elements_text(CAST(:words AS json))) AND first <= :last AND last >= :first

-- name: chunks_in
SELECT word, kind, first, last, size, wide, data FROM chunks WHERE word IN (SELECT json_array_elements_text(CAST(:words AS json)))
ORDER BY word, kind, first

-- name: word_counts
SELECT word, count FROM words WHERE word IN (SELECT json_array_elements_text(CAST(:words AS json)))

-- name: words_by_stem
SELECT stem, stems.word, count FROM stems JOIN words ON words.word = stems.word WHERE stem IN (SELECT json_array_elements_text(CAST(:stems AS json)))
ORDER BY stem, count DESC, stems.word

-- name: entry_details
SELECT entry_id, demo_id, parts.number, updated_unix_ms, title, author, tags, step_title, text, start_ms, spoken,
    review_unix_ms, CASE WHEN review_unix_ms < 0 THEN brief END
FROM parts JOIN demos USING (whole)
WHERE entry_id IN (SELECT CAST(json_array_elements_text(CAST(:entries AS json)) AS integer))

-- name: first_steps
SELECT whole, step_title, text FROM parts
WHERE entry_id IN (SELECT CAST(json_array_elements_text(CAST(:entries AS json)) AS integer))

-- name: renew
WITH gone AS (DELETE FROM demos), parted AS (DELETE FROM parts), unlisted AS (DELETE FROM chunks),
    emptied AS (DELETE FROM columns), forgotten AS (DELETE FROM words),
    unstemmed AS (DELETE FROM stems), unknown AS
    (DELETE FROM facts WHERE name <> 'state')
UPDATE facts SET value = value + 1 WHERE name = 'state'

-- name: check
SELECT demo_id || ' has ' || count(entry_id) || ' of its ' || size || ' parts'
FROM demos LEFT JOIN parts USING (whole) GROUP BY demo_id, size HAVING count(entry_id) <> size ORDER BY demo_id

-- name: used
SELECT demo_id, CAST(sum(CASE kind WHEN 'replay' THEN 1 WHEN 'helped' THEN 3 ELSE -3 END) AS integer) FROM uses
WHERE demo_id IN (SELECT json_array_elements_text(CAST(:ids AS json))) GROUP BY demo_id

-- name: existing_demos
SELECT demo_id, version, whole, size, format, record FROM demos
WHERE demo_id IN (SELECT json_array_elements_text(CAST(:ids AS json)))

-- name: forget_words
DELETE FROM words WHERE word IN (SELECT json_array_elements_text(CAST(:words AS json))) AND count <= 0

-- name: vector_data
SELECT demo_id, data FROM vector_data
WHERE model = :model AND demo_id IN (SELECT json_array_elements_text(CAST(:ids AS json)))

-- name: demo_places
SELECT demo_id, whole, size FROM demos WHERE demo_id IN (SELECT json_array_elements_text(CAST(:ids AS json)))

-- name: put_bits
INSERT INTO vector_bits (model, demo_id, place, code) VALUES (:model, :demo_id, :place, CAST(:code AS bit varying))

-- name: remove_bits
DELETE FROM vector_bits WHERE demo_id = :demo_id AND (model = :model OR :model = '')

-- name: remove_bits_of_others
DELETE FROM vector_bits WHERE model <> :model

-- name: has_pgvector
SELECT to_regoperator('<~>(bit,bit)') IS NOT NULL

-- name: nearest_bits
SELECT demo_id FROM vector_bits WHERE model = :model
ORDER BY hamming_distance(code, CAST(:code AS bit varying)) LIMIT :most

-- name: nearest_bits_among
SELECT demo_id FROM vector_bits
WHERE model = :model AND demo_id IN (SELECT json_array_elements_text(CAST(:ids AS json)))
ORDER BY hamming_distance(code, CAST(:code AS bit varying)) LIMIT :most
