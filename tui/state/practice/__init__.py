"""The state of the screens of practice and feedback, without Textual."""
