"""The window in front as desktops tell it over D-Bus, and the version of a program."""
