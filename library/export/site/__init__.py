"""A library or a collection as pages that need no server: a folder, or one file."""
