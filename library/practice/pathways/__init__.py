"""Pathways from the first look to a sign-off, kept in the library; how far a learner is, kept by the learner."""
