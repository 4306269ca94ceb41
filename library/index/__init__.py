"""The full-text search index: posting lists in chunks, BM25F scoring, bounded work for each keystroke."""
