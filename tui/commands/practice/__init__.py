"""The commands of practice: ``showhow try`` and ``showhow mine``."""
