"""State and logic of the screens, without Textual."""
