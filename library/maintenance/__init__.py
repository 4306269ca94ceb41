"""Maintenance of a library: check, history, edits of filed demos, duplicates, statistics, copies, glossary."""
