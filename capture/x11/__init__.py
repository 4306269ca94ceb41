"""Everything said to an X server besides grabbing pixels: the only files that import Xlib."""
