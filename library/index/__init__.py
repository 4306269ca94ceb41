"""The search index: which word stands in which entry, laid out so that a keystroke reads little and decides fast."""
