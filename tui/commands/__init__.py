"""The commands of the door, one file for each thing a person wants to do."""
