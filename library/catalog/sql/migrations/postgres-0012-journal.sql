-- What people note and ask for: rows are only added. A row's meaning is in its line, as in the files of a folder library.

CREATE TABLE journal (
    journal text COLLATE "C" NOT NULL,     -- notes or needs
    record_id text COLLATE "C" NOT NULL,
    line text NOT NULL,                    -- JSON
    tx xid8 NOT NULL DEFAULT pg_current_xact_id(),
    PRIMARY KEY (journal, record_id)
);
CREATE INDEX journal_by_transaction ON journal (journal, tx)
