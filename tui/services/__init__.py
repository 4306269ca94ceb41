"""Service protocols used by the screens, and their implementations on this machine."""
