"""The shared library: filing, searching and reading demos. Needs no terminal; searching imports no heavy package."""
