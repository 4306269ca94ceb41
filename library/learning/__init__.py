"""What learners look for and what the library lacks."""
