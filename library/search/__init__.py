"""Search as you type: parses a query, corrects spelling, matches, groups by demo, builds snippets."""
