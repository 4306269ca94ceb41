"""Demos that somebody asks for: votes, who records it, the answer, and who is told."""
