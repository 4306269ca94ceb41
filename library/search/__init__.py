"""Search: parse a query, correct spelling, match, group by demo, build snippets."""
