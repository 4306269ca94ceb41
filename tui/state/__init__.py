"""The state of each screen without Textual."""
