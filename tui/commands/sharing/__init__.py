"""Commands that bring demos to people elsewhere: share links, and links that open in showhow."""
