"""Opens a library from its address: catalog, store, team data, and the update of the index from the bundles."""
