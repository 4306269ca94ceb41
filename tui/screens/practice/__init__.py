"""The screens of practice: an attempt, and its comparison with the demo."""
