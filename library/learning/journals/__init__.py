"""Append-only records of many machines: a file of each beside the bundles, or a table of a team."""
