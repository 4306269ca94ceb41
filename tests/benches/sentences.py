"""Sentences of somebody who shows a program: plausible, seeded, no two the same.

No numbers are in them: whether a model writes “twelve” or “12” is no word error.
"""

from __future__ import annotations

import random

_SLOTS = {
    "object": "purchase order|invoice|supplier|expense report|leave request|contract|delivery note|customer|ticket|"
    "document|template|project|payment|receipt|form|attachment|meeting|password",
    "place": "finance menu|settings menu|main menu|home page|left panel|toolbar|first tab|approval tab|catalogue|"
    "list of suppliers|next page|dialog",
    "button": "save|submit|cancel|next|back|send|upload|download|delete|edit|approve|export|print|close|share|search",
    "field": "name|amount|quantity|price|delivery date|start date|description|department|cost centre|address|title|"
    "category|reason|total",
    "person": "Maria|Tom|Anna|the finance team|your manager|the help desk|a colleague|the warehouse team",
    "verb": "create|open|edit|share|print|export|approve|cancel|delete|rename|update|copy|move|check|review|confirm",
    "done": "ready|in the list|saved|sent|approved|closed|waiting for approval",
}
_TEMPLATES = """\
Open the {place} and click {button}.
Now click the {button} button in the {place}.
Go to the {place} and choose the {object}.
Select the {object} and {verb} it.
Choose the {field} from the {place}.
Enter the {field} and the {field} of the {object}.
Enter the {field} of the {object}.
Then change the {field}.
To {verb} the {object}, open the {place}.
This is how you {verb} the {object}.
Next, enter the {field}.
After that, check the {field}.
Look through the {place} until you find the {object} that you want.
You can see the {object} in the {place}.
The {object} is now {done}.
Send the {object} to {person}.
Leave a comment for {person}.
Press enter to {verb} the {object}.
The {object} needs the approval of {person}.
When the {object} is {done}, {verb} it.
Scroll down to the {object} in the {place}.""".splitlines()


def sentences(count: int, seed: int) -> list[str]:
    """So many different sentences."""
    dice = random.Random(f"unseen {seed}")  # noqa: S311  plausible sentences, no secrets
    found: dict[str, None] = {}
    while len(found) < count:
        found[_sentence(dice)] = None
    return list(found)


def _sentence(dice: random.Random) -> str:
    text = dice.choice(_TEMPLATES)
    for slot, phrases in _SLOTS.items():
        while f"{{{slot}}}" in text:
            text = text.replace(f"{{{slot}}}", dice.choice(phrases.split("|")), 1)
    return text
