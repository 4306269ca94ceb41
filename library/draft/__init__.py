"""Drafts (demos not yet filed): edits, undo journal, blurs, stills, prerendered clip."""
