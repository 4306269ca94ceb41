"""Assistants (MCP): what they may ask the library, and pages that any agent can read."""
