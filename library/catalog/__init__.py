"""The catalog: the database of demos, their search index and their usage, in SQLite or PostgreSQL."""
