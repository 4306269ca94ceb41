-- The shared data of a team besides the catalog: settings, pending demos, tasks, glossary, synonyms and journals.

-- name: setting
SELECT value FROM settings WHERE name = :name

-- name: set_setting
INSERT INTO settings (name, value) VALUES (:name, :value) ON CONFLICT (name) DO UPDATE SET value = excluded.value

-- name: keep_setting
INSERT INTO settings (name, value) VALUES (:name, :value) ON CONFLICT (name) DO NOTHING

-- name: setting_names
SELECT name FROM settings WHERE starts_with(name, :beginning) ORDER BY name

-- name: setting_values
SELECT value FROM settings WHERE starts_with(name, :beginning) ORDER BY name LIMIT 20000

-- name: drop_setting
DELETE FROM settings WHERE name = :name

-- name: newest_briefs
SELECT brief FROM demos ORDER BY updated_unix_ms DESC LIMIT :most

-- name: mark_pending
INSERT INTO announced (demo_id) VALUES (:demo_id) ON CONFLICT (demo_id) DO UPDATE SET since = now()

-- name: clear_pending
DELETE FROM announced WHERE demo_id = :demo_id

-- name: overdue
SELECT demo_id, CAST(extract(epoch FROM now() - since) AS double precision) FROM announced
WHERE since < now() - make_interval(secs => :older_s) ORDER BY since LIMIT 100

-- name: ask_task
INSERT INTO tasks (task_id, kind, title, asker, detail) VALUES (:task_id, :kind, :title, :asker, :detail)
ON CONFLICT (task_id) DO NOTHING

-- name: task
SELECT task_id, kind, title, asker, detail, state, done, total, stage, worker, demo_id, error, attempts,
    CAST(extract(epoch FROM asked_at) * 1000 AS bigint), CAST(extract(epoch FROM changed_at) * 1000 AS bigint)
FROM tasks WHERE task_id = :task_id

-- name: tasks
SELECT task_id, kind, title, asker, detail, state, done, total, stage, worker, demo_id, error, attempts,
    CAST(extract(epoch FROM asked_at) * 1000 AS bigint), CAST(extract(epoch FROM changed_at) * 1000 AS bigint)
FROM tasks WHERE state IN ('waiting', 'working') OR changed_at > now() - make_interval(days => :days)
ORDER BY asked_at DESC LIMIT 200

-- name: begin_task
UPDATE tasks SET state = 'working', worker = :worker, attempts = attempts + 1, done = 0, total = 0, error = '',
    changed_at = now() WHERE task_id = :task_id AND state IN ('waiting', 'working') RETURNING attempts

-- name: report_task
UPDATE tasks SET done = :done, total = :total, stage = :stage, changed_at = now()
WHERE task_id = :task_id AND worker = :worker AND state = 'working' RETURNING done

-- name: ask_again
UPDATE tasks SET state = 'waiting', detail = :detail, attempts = 0, error = '', changed_at = now()
WHERE task_id = :task_id AND state IN ('failed', 'cancelled')

-- name: end_task
UPDATE tasks SET state = :state, demo_id = :demo_id, error = :error, changed_at = now()
WHERE task_id = :task_id AND state IN ('waiting', 'working')

-- name: terms
SELECT term FROM glossary ORDER BY number

-- name: keep_terms
WITH given AS (SELECT * FROM unnest(CAST(:terms AS text[]), CAST(:folded AS text[])) AS g (term, folded)),
others AS (SELECT count(*) AS n FROM glossary WHERE folded <> ALL (CAST(:folded AS text[])))
INSERT INTO glossary (term, folded) SELECT term, folded FROM given, others WHERE n + cardinality(CAST(:folded AS text[])) <= :most
ON CONFLICT (folded) DO UPDATE SET term = excluded.term, number = DEFAULT
RETURNING term

-- name: drop_terms
DELETE FROM glossary WHERE folded = ANY (CAST(:folded AS text[])) RETURNING term

-- name: synonyms
SELECT term, meaning FROM synonyms ORDER BY number

-- name: keep_synonym
INSERT INTO synonyms (folded, folded_meaning, term, meaning) VALUES (:folded, :folded_meaning, :term, :meaning)
ON CONFLICT (folded, folded_meaning) DO NOTHING

-- name: drop_synonym
DELETE FROM synonyms WHERE folded = :folded OR folded_meaning = :folded

-- name: append_record
INSERT INTO journal (journal, record_id, line) VALUES (:journal, :record_id, :line) ON CONFLICT DO NOTHING

-- name: records_since
SELECT line, CAST(CAST(pg_snapshot_xmin(pg_current_snapshot()) AS text) AS bigint) FROM journal
WHERE journal = :journal AND tx >= CAST(CAST(:since AS text) AS xid8)

-- name: owns_library
SELECT pg_has_role(tableowner, 'USAGE') FROM pg_tables WHERE tablename = 'journal' AND schemaname = current_schema()
