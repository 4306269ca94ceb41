-- Sentence embeddings. Both engines understand it.

-- name: vector_versions
SELECT demo_id, version FROM vectors WHERE model = :model

-- name: vector_codes
SELECT demo_id, codes FROM vectors WHERE model = :model ORDER BY demo_id

-- name: put_codes
INSERT INTO vectors (model, demo_id, version, codes) VALUES (:model, :demo_id, :version, :codes)
ON CONFLICT (model, demo_id) DO UPDATE SET version = excluded.version, codes = excluded.codes

-- name: put_vector_data
INSERT INTO vector_data (model, demo_id, data) VALUES (:model, :demo_id, :data)
ON CONFLICT (model, demo_id) DO UPDATE SET data = excluded.data

-- name: remove_codes
DELETE FROM vectors WHERE demo_id = :demo_id

-- name: remove_vector_data
DELETE FROM vector_data WHERE demo_id = :demo_id

-- name: remove_codes_of_others
DELETE FROM vectors WHERE model <> :model

-- name: remove_vector_data_of_others
DELETE FROM vector_data WHERE model <> :model

-- name: vector_fact
SELECT value FROM vector_facts WHERE name = :name

-- name: keep_vector_fact
INSERT INTO vector_facts (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: add_to_vector_fact
INSERT INTO vector_facts (name, value) VALUES (:name, :value)
ON CONFLICT (name) DO UPDATE SET value = vector_facts.value + excluded.value

-- name: demo_wholes
SELECT whole, demo_id FROM demos

-- name: demo_versions
SELECT demo_id, version FROM demos
