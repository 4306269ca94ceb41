"""Workflows over several screens: record to filed, search to replay, edit."""
