"""Renders a clip from a take: copies packets, encodes what must be, keeps what was encoded."""
