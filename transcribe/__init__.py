"""Sound to words, words to steps. Knows takes and clips, nothing of the library or of terminals."""
