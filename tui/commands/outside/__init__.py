"""Commands through which other programs reach the library."""
