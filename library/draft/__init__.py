"""A demo that is not filed yet: edits, journal, blurs, stills, prerendered clip. Pure where no picture is read."""
