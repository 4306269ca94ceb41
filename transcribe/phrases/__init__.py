"""Sorts spoken sentences and words their instructions as titles, in several languages. Pure."""
