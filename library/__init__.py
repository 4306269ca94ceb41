"""What is shared: demos filed, found and replayed. Works without a terminal; searching loads no heavy library."""
