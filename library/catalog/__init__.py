"""The catalog of demos in SQLite or PostgreSQL: rows, statements, usage."""
