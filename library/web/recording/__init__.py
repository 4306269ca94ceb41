"""Recording in a browser: a take that arrives in pieces, its page, its draft."""
