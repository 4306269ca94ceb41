"""Records screen and microphone, and renders a trimmed clip. Does not know transcripts, libraries or terminals."""
