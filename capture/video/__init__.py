"""Video files: read, write, probe and cut. The only room that imports av."""
