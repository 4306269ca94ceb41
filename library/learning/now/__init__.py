"""Help for the program in front: what of a window's title counts, names of programs, the best steps there."""
