"""Office terms that mean the same, by language: data, and how a query is looked up in them."""
