"""Generates training sentences of a person demonstrating software: a closed vocabulary of about 190 words.

Four in ten are random words, so that the model learns from the sound and not the grammar. The sentences of tests,
benches and the demo (``HELD_OUT``) are never generated.
"""

from __future__ import annotations

import random


def _listed(text: str) -> list[str]:
    return [part.strip() for part in text.replace("\n", "|").split("|") if part.strip()]


OBJECTS = _listed(
    """
    purchase order | invoice | supplier | expense report | leave request | contract | budget | cost centre
    delivery note | customer | ticket | meeting | password | report | template | document | folder | file | printer
    project | task | account | payment | receipt | form | attachment | comment | message | order | item | row | list
    lesson | note
    """
)
PLACES = _listed(
    """
    finance menu | settings menu | file menu | main menu | home page | left panel | toolbar | search box | first tab
    second tab | approval tab | list | catalogue | window | screen | next page | list of suppliers | dialog
    browser
    """
)
BUTTONS = _listed(
    """
    save | submit | new | new order | cancel | next | back | send | upload | download | delete | edit | approve
    export | print | close | add | add item | confirm | share | search | sign in
    """
)
FIELDS = _listed(
    """
    name | supplier | amount | quantity | price | date | delivery date | start date | description | email
    department | cost centre | address | title | category | reason | total
    """
)
NUMBERS = _listed(
    """
    one | two | three | four | five | six | seven | eight | nine | ten | eleven | twelve | twenty | thirty | forty
    fifty | one hundred | two hundred | five hundred | two hundred and fifty
    """
)
NAMES = _listed(
    """
    Maria | Tom | Anna | the finance team | your manager | the help desk | the driver | the supplier | the customer
    a colleague | the warehouse | the team | the warehouse team
    """
)
VERBS = _listed(
    """
    create | raise | open | edit | share | print | export | approve | cancel | delete | rename | submit | update
    copy | move | check | find | review | add | change | remove | select | confirm | send | close
    """
)
TEMPLATES = _listed(
    """
    {open} the {place}. | {open} the {place} and click {button}. | Click {button}. | Now click {button}.
    Then press {button}. | Press the {button} button. | First, press the {button} button.
    First, click the {button} button. | Click the {button} button in the {place}. | Go to the {place}.
    Go to the {place} and choose the {object}. | Select the {object} from the {place}.
    Select the {object} and {verb} it. | Choose the {object} from the {place}.
    Choose the {field} from the {place}. | Enter the {field} and the {field}. | Enter the {field} of the {object}.
    Enter the name of the {object}. | Set the {field} to {number}. | Then set the {field} to {number}.
    Change the {field} to {number}. | Then give the {field}. | To {verb} a {object}, open the {place}.
    Today I will show you how to {verb} a {object}.
    In this short lesson we {verb} a {object} from start to finish. | This is how you {verb} the {object}.
    First, open the {place}. | Next, enter the {field}. | Finally, click {button}.
    Finally, {verb} the {object} and {verb} it. | Finally, {verb} the {object} and confirm.
    After that, check the {field}. | Look through the {place} until you find the {object} that you want.
    You can see the {object} in the {place}. | The {object} is now in the {place}.
    The {object} is now waiting for {field}. | The {object} is now waiting for {name}.
    Send the {object} to {name}. | Leave a {object} for {name}. | Leave a note for {name}.
    {name} will approve the {object}. | That is all. | That is all. The {object} is now {done}.
    Press enter to {verb} the {object}. | And we are done. | Thank you for watching.
    The {object} needs the approval of {name}. | Add a {object} to the {object}. | Your {object} is {done}.
    Your {object} has {number} rows. | The total is {number}. | Type the {field} of the {object} here.
    Here you can {verb} the {object}. | Use the {place} to find the {object}.
    When the {object} is ready, {verb} it. | Scroll down to the {object}.
    """
)
OPENS = ["Open", "Please open", "First open", "Now open"]
DONE = _listed("waiting for approval | ready | in the list | saved | sent | approved | closed")
HELD_OUT = frozenset(
    _listed(
        """
        Today I will show you how to raise a purchase order. | First, click the new order button.
        Enter the name of the supplier. | Then set the quantity to twelve. | Choose the cost centre from the list.
        Leave a note for the warehouse team. | Finally, submit the order and confirm.
        That is all. The order is now waiting for approval.
        In this short lesson we create a purchase order from start to finish. | First, press the new order button.
        Then give the delivery date. | Look through the catalogue until you find the item that you want.
        Select the row and add it. | Change the quantity to two hundred and fifty. | Leave a note for the driver.
        """
    )
)
"""Never generated, so never used in training."""
PARTS = (
    ("open", OPENS),
    ("place", PLACES),
    ("object", OBJECTS),
    ("button", BUTTONS),
    ("field", FIELDS),
    ("number", NUMBERS),
    ("name", NAMES),
    ("verb", VERBS),
    ("done", DONE),
)
PHRASES = [phrase for _, phrases in PARTS for phrase in phrases]
VOCABULARY = sorted(
    {word.strip(".,").lower() for template in TEMPLATES for word in template.split() if "{" not in word}
    | {word.lower() for phrase in PHRASES for word in phrase.split()}
)


def sentence(r: random.Random) -> str:
    """One sentence that is not held out."""
    while (made := _salad(r) if r.random() < 0.4 else _filled(r)) in HELD_OUT:
        pass
    return made


def _salad(r: random.Random) -> str:
    """Random words and whole phrases (40 %), so that compounds also occur in unusual contexts."""
    words = [r.choice(VOCABULARY) if r.random() < 0.6 else r.choice(PHRASES) for _ in range(r.randint(2, 6))]
    text = " ".join(words)
    return f"{text[0].upper()}{text[1:]}."


def _filled(r: random.Random) -> str:
    text = r.choice(TEMPLATES)
    while "{" in text:
        for part, phrases in PARTS:
            text = text.replace(f"{{{part}}}", r.choice(phrases), 1)
    for vowel in "aeio":
        text = text.replace(f" a {vowel}", f" an {vowel}")
    return text[0].upper() + text[1:]
