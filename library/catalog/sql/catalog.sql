-- What both engines understand. Values are :named.

-- name: put_demo
INSERT INTO demos
    (whole, demo_id, title_key, version, created_unix_ms, updated_unix_ms, review_unix_ms, title, author, tags, stamp,
    size, format, brief, record)
VALUES (:whole, :demo_id, :title_key, :version, :created_unix_ms, :updated_unix_ms, :review_unix_ms, :title, :author,
    :tags, :stamp, :size, :format, :brief, :record)

-- name: put_part
INSERT INTO parts (entry_id, whole, number, step_title, text, start_ms, spoken)
VALUES (:entry_id, :whole, :number, :step_title, :text, :start_ms, :spoken)

-- name: outdated
SELECT record FROM demos WHERE format < :format ORDER BY whole LIMIT :most

-- name: stamp_demo
UPDATE demos SET stamp = :stamp WHERE demo_id = :demo_id

-- name: remove_parts
DELETE FROM parts WHERE entry_id >= :first AND entry_id <= :last

-- name: remove_demo
DELETE FROM demos WHERE demo_id = :demo_id

-- name: record
SELECT record FROM demos WHERE demo_id = :demo_id

-- name: briefs
SELECT brief FROM demos ORDER BY updated_unix_ms DESC, whole DESC

-- name: briefs_by_id
SELECT brief FROM demos WHERE demo_id = :name

-- name: briefs_by_title
SELECT brief FROM demos WHERE title_key = :name ORDER BY updated_unix_ms DESC, whole DESC

-- name: briefs_by_beginning
SELECT brief FROM demos WHERE demo_id >= :name AND demo_id < :beyond ORDER BY updated_unix_ms DESC, whole DESC

-- name: count
SELECT count(*) FROM demos

-- name: stamps
SELECT demo_id, stamp FROM demos

-- name: newest
SELECT whole FROM demos ORDER BY updated_unix_ms DESC, whole DESC LIMIT :most

-- name: fact
SELECT value FROM facts WHERE name = :name

-- name: keep_fact
INSERT INTO facts (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: add_to_fact
INSERT INTO facts (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = facts.value + excluded.value

-- name: put_chunk
INSERT INTO chunks (word, kind, first, last, size, wide, data)
VALUES (:word, :kind, :first, :last, :size, :wide, :data)
ON CONFLICT (word, kind, first) DO UPDATE
SET last = excluded.last, size = excluded.size, wide = excluded.wide, data = excluded.data

-- name: remove_chunk
DELETE FROM chunks WHERE word = :word AND kind = :kind AND first = :first

-- name: chunks_of
SELECT word, kind, first, last, size, wide, data FROM chunks
WHERE word IN (:word, :other) AND kind >= :least AND kind <= :most ORDER BY word, kind, first

-- name: chunks_from
SELECT word, kind, first, last, size, wide, data FROM chunks
WHERE word >= :word AND word < :beyond AND kind >= :least AND kind <= :most ORDER BY word, kind, first LIMIT :limit

-- name: count_word
INSERT INTO words (word, count) VALUES (:word, :count)
ON CONFLICT (word) DO UPDATE SET count = words.count + excluded.count

-- name: vocabulary
SELECT word, count FROM words

-- name: put_stem
INSERT INTO stems (stem, word) VALUES (:stem, :word) ON CONFLICT (stem, word) DO NOTHING

-- name: languages
SELECT name FROM facts WHERE name >= 'language:' AND name < 'language;'

-- name: put_column
INSERT INTO columns (number, days, places, headings, texts) VALUES (:number, :days, :places, :headings, :texts)
ON CONFLICT (number) DO UPDATE
SET days = excluded.days, places = excluded.places, headings = excluded.headings, texts = excluded.texts

-- name: column
SELECT days, places, headings, texts FROM columns WHERE number = :number

-- name: last_column
SELECT max(number) FROM columns

-- name: columns_between
SELECT number, days, places, headings, texts FROM columns WHERE number >= :first AND number <= :last
