"""What of a window's title says which part of a program it is: not what changes from day to day. Pure.

Owns which words change: those with digits, names of files, marks of unsaved changes, addresses. Which of the others
are names of customers only the library can say (``front_names.py``).
"""

from __future__ import annotations

import re

from library.text import words_of

# Between the parts of a title. A hyphen or colon within a word separates nothing.
_BETWEEN = re.compile(r"\s+[-–—―|·•:»›]\s+|\s*[|·•»›]\s*|:\s+")
_CHANGES = re.compile(r"\S*\d\S*|\S+@\S+|\S*[/\\]\S*|[*•●]")
_FILE = re.compile(r"\.[A-Za-z]\w{0,4}[*\])]*$")
_LONGEST = 300


def parts_of_title(title: str) -> list[str]:
    """The parts between its separators: ``Orders - ERP — Mozilla Firefox`` has three."""
    return [part for part in (part.strip() for part in _BETWEEN.split(title[:_LONGEST])) if part]


def steady_words(part: str) -> list[str]:
    """The words of a part that do not change by themselves, folded, each once; none of the name of a file."""
    if _FILE.search(part):
        return []
    return list(dict.fromkeys(word for word in words_of(_CHANGES.sub(" ", part)) if len(word) > 1))
