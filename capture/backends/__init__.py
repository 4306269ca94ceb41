"""The code that differs between display servers and systems, a folder for each, and the choice between them."""
