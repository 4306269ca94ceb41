"""The desktop as every back end offers it: ports, and what is the same on every system."""
