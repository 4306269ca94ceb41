"""Links for colleagues: share links for browsers, and the desktop's handler of ``showhow://``."""
