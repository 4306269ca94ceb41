"""The commands of the door, a file for each command, or for each group of commands about one thing."""
