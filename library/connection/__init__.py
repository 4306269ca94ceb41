"""Opens a library from its address: catalog, store, team, synchronisation with the bundles."""
