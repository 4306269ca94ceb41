"""Chooses and holds what differs between display servers and systems; one folder for each."""
