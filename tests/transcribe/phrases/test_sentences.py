"""Wording: what people really say, what it is there for, and the short title it makes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from transcribe.phrases.lexicon import lexicon_of
from transcribe.phrases.sentences import SentenceKind, kind_of, title_of
from transcribe.phrases.wording import LONGEST
from transcribe.steps.tasks import task_of

INSTRUCTIONS = {
    "First, press the new order button.": "Press the new order button",
    "Enter the name of the supplier.": "Enter the name of the supplier",
    "Then give the delivery date.": "Give the delivery date",
    "Finally, submit the order and confirm.": "Submit the order and confirm",
    "Look through the catalogue until you find the item that you want.": "Look through the catalogue",
    "To raise a purchase order, open the finance menu.": "Open the finance menu",
    "Then click New order and type the supplier.": "Click New order and type the supplier",
    "OK so now what we want to do is click on the Save button.": "Click on the Save button",
    "I'm going to click on settings.": "Click on settings",
    "I'm clicking on settings now, okay?": "Click on settings now",
    "And then you just go ahead and hit enter.": "Hit enter",
    "You'll want to choose the second tab, please.": "Choose the second tab",
    "The next thing to do is to select the supplier.": "Select the supplier",
    "The first thing you need to do is log in.": "Log in",
    "All you have to do now is press submit.": "Press submit",
    "Next up, let's open the report.": "Open the report",
    "Let me open the report.": "Open the report",
    "Step three: attach the receipt.": "Attach the receipt",
    "After that, check the total.": "Check the total",
    "Once that's done, click next.": "Click next",
    "When the dialog opens, press OK.": "Press OK",
    "When the order is ready, approve it.": "When the order is ready, approve it",
    "If you want to cancel an order, go to the orders page and select it.": "Go to the orders page and select it",
    "In the finance menu, choose orders.": "Choose orders in the finance menu",
    "From the list on the left, pick your department.": "Pick your department from the list on the left",
    "Right click the file and choose rename.": "Right click the file and choose rename",
    "Double-click the row.": "Double-click the row",
    "Double click the row.": "Double click the row",
    "Please don't close the window.": "Don't close the window",
    "Don't forget to save.": "Don't forget to save",
    "Make sure that the box is ticked.": "Make sure that the box is ticked",
    "Here you can change the price.": "Change the price",
    "We now set the quantity to two hundred and fifty.": "Set the quantity to two hundred and fifty",
    "you'd then scroll down a bit": "Scroll down a bit",
    "Alright, go to Settings, then Accounts.": "Go to Settings, then Accounts",
    "Last but not least, click Publish!": "Click Publish",
}
TALK = [
    "The order is now waiting for approval.",
    "You can see the invoice in the list.",
    "Save is at the top.",
    "Your order has three rows.",
    "It opens a new window.",
    "This takes a few seconds.",
    "We need to talk about the budget.",
    "iPhone settings are on the left.",
    "As you can see, the total has changed.",
    "There are two ways of doing this.",
]
TASKS = {
    "Today I will show you how to raise a purchase order.": "Raise a purchase order",
    "In this short lesson we create a purchase order from start to finish.": "Create a purchase order",
    "This is how you rename the file.": "Rename the file",
    "Hi, I'm Maria and today I'll show you how to approve a claim in three easy steps.": "Approve a claim",
    "Let me show you how to reset a password.": "Reset a password",
    "This video is about raising a ticket in the help desk.": "Raise a ticket in the help desk",
    "In this tutorial you will learn how to quickly book a meeting room.": "Book a meeting room",
    "I want to show you the new expense form.": "New expense form",
    "Hello everyone, how to print a delivery note, step by step.": "Print a delivery note",
    "To raise a purchase order, open the finance menu.": "Raise a purchase order",
    "If you want to cancel an order, go to the orders page.": "Cancel an order",
    "In this video, we'll be setting up a printer together.": "Set up a printer",
    "Here's how to export the report as PDF.": "Export the report as PDF",
    "Today we are going to look at how we can merge two accounts for you.": "Merge two accounts",
}
CLOSINGS = [
    "That is all.",
    "And that's it!",
    "That's all for today.",
    "Thank you for watching.",
    "Thanks.",
    "And we're done.",
    "You are all set.",
    "There you go.",
    "Goodbye and see you next time.",
    "I hope this was useful.",
]


@pytest.mark.parametrize(("sentence", "title"), INSTRUCTIONS.items())
def test_an_instruction_is_known_and_its_title_is_a_short_imperative(sentence: str, title: str) -> None:
    assert kind_of(sentence) is SentenceKind.INSTRUCTION
    assert title_of(sentence) == title


@pytest.mark.parametrize("sentence", TALK)
def test_talk_is_no_instruction(sentence: str) -> None:
    assert kind_of(sentence) is SentenceKind.TALK


@pytest.mark.parametrize(("sentence", "task"), TASKS.items())
def test_an_opening_names_its_task(sentence: str, task: str) -> None:
    assert kind_of(sentence) is not SentenceKind.TALK
    assert task_of(sentence) == task


@pytest.mark.parametrize("sentence", CLOSINGS)
def test_a_goodbye_is_a_closing(sentence: str) -> None:
    assert kind_of(sentence) is SentenceKind.CLOSING


@pytest.mark.parametrize(
    ("language", "sentence", "title"),
    [
        ("nl", "Daarna klik je op opslaan.", "Klik je op opslaan"),
        ("it", "Infine, premi invio.", "Premi invio"),
        ("pt", "Depois clique em salvar.", "Clique em salvar"),
        ("ja", "メニューを開きます。", "メニューを開きます"),
        ("sv", "Öppna menyn.", "Öppna menyn"),
    ],
)
def test_a_language_without_word_lists_keeps_its_sentence_without_the_lead_in(
    language: str, sentence: str, title: str
) -> None:
    assert kind_of(sentence, language) is SentenceKind.INSTRUCTION
    assert title_of(sentence, language) == title


def test_a_long_sentence_is_cut_where_it_may_end() -> None:
    title = title_of("Scroll down to the bottom of the page, because the button that we are looking for is hidden.")
    assert title == "Scroll down to the bottom of the page"
    title = title_of("Enter the complete registered company name of the supplier exactly as printed on the last page")
    assert title == "Enter the complete registered company name of the supplier…"


def test_a_name_with_its_own_capitals_keeps_them() -> None:
    assert title_of("eBay orders are shown here.") == "eBay orders are shown here"


HABITS = set(lexicon_of("en").phrases["habits"].split("|")) | set(lexicon_of("en").phrases["results"].split("|"))


@pytest.mark.parametrize("verb", sorted(lexicon_of("en").verbs - HABITS))
def test_every_verb_makes_an_instruction(verb: str) -> None:
    assert kind_of(f"Now {verb} the order.") is SentenceKind.INSTRUCTION
    assert title_of(f"So we {verb} the order.") == f"{verb[0].upper()}{verb[1:]} the order"


bits = [
    "first",
    "then",
    "now",
    "we",
    "you",
    "are",
    "going",
    "to",
    "click",
    "the",
    "how",
    "show",
    "please",
    ",",
    ".",
    "…",
]
sentences = st.lists(st.sampled_from(bits), max_size=20).map(" ".join)


@given(st.one_of(sentences, st.text(max_size=200)), st.sampled_from(["en", "", "de", "ja"]))
def test_any_sentence_has_a_kind_and_a_title_that_fits(sentence: str, language: str) -> None:
    assert kind_of(sentence, language) in SentenceKind
    title = title_of(sentence, language)
    assert len(title) <= LONGEST
    assert title == title.strip()
    assert len(task_of(sentence)) <= LONGEST
    assert "\n" not in title
