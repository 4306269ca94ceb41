"""The application of all commands: the one place that knows each of them."""
