"""The screen and the microphone, up to a trimmed clip. Knows nothing of words, libraries or terminals."""
