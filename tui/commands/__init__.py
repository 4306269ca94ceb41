"""The commands of ``showhow``: one file for each command or group of related commands."""
