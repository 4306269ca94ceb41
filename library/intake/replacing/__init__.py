"""Records one step of a filed demo anew: what is to be replaced, and the draft that does it."""
