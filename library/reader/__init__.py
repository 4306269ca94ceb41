"""The web reader: what is filed, to search, watch, read and print in any browser. Read-only; it changes nothing."""
