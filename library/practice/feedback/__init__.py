"""Feedback: an attempt is handed to a named person, sealed, who sees both and says what to do once more."""
