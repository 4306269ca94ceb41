-- The shared data of a team besides the catalog: settings, pending demos and tasks.

CREATE TABLE settings (name text COLLATE "C" PRIMARY KEY, value text NOT NULL);

CREATE TABLE announced (               -- demos being filed; if the filing program dies, others insert them
    demo_id text COLLATE "C" PRIMARY KEY,
    since timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE tasks (                   -- work for a worker, as its asker sees it; the queue itself is procrastinate's
    task_id text COLLATE "C" PRIMARY KEY,
    kind text NOT NULL,                -- words or demo
    title text NOT NULL,
    asker text NOT NULL,
    detail text NOT NULL,              -- JSON: which demo, or the recording sent and how it is to be filed
    state text NOT NULL DEFAULT 'waiting',
    done integer NOT NULL DEFAULT 0,
    total integer NOT NULL DEFAULT 0,
    stage text NOT NULL DEFAULT '',
    worker text NOT NULL DEFAULT '',
    demo_id text NOT NULL DEFAULT '',
    error text NOT NULL DEFAULT '',
    attempts integer NOT NULL DEFAULT 0,
    asked_at timestamptz NOT NULL DEFAULT now(),
    changed_at timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX tasks_by_time ON tasks (asked_at)
