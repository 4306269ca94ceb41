"""Share links: who may see one demo in the web reader without its token, until when, and who took that back."""
