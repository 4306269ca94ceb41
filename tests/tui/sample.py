"""A small office's how-tos: demos, a draft and pictures, for the tests of the screens and for drawing them."""

from __future__ import annotations

import time
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from capture.model import Cut, CutReason, Take, TakeState
from capture.span import Span
from library.model import ClipFacts, Demo, Draft, TakeFacts
from transcribe.model import Segment, Step, Transcript, Word

DAY_MS = 86_400_000


def now_ms() -> int:
    """The time, asked again by each screen: a run of tests may last beyond midnight."""
    return int(time.time() * 1000)


_DEMOS = [
    (
        "Raise a purchase order",
        "Priya",
        ("finance", "orders"),
        14,
        [
            ("Open the finance menu", "To raise a purchase order, open the finance menu."),
            ("Choose Orders", "Then choose orders from the list."),
            ("Click New order", "Now click new order and type the supplier."),
            ("Type the supplier", "Type the first letters of the supplier and press enter."),
            ("Enter the amount", "Enter the amount without the tax."),
            ("Choose the approver", "Choose the approver from the list of names."),
            ("Save the order", "Save the purchase order, and you are done."),
        ],
    ),
    (
        "Approve a purchase order",
        "Tom",
        ("finance",),
        1,
        [
            ("Open your tasks", "Open your tasks in the top bar."),
            ("Open the approval tab", "The purchase order waits in the approval tab."),
            ("Check the amount", "Check the amount against the offer."),
            ("Press Approve", "Press approve, the order goes out at once."),
        ],
    ),
    (
        "Book a meeting room",
        "Ana",
        ("office",),
        40,
        [
            ("Open the calendar", "Open the calendar and click the day."),
            ("Choose the room", "Under resources choose the room with the screen."),
            ("Send the invitation", "Send the invitation to your guests."),
        ],
    ),
    (
        "Reset a colleague’s password",
        "Jonas",
        ("it", "accounts"),
        3,
        [
            ("Search the person", "Search the person in the directory."),
            ("Open the account tab", "Open the account tab and click reset."),
            ("Copy the one-time link", "Copy the link and send it in the chat."),
        ],
    ),
    (
        "Export the monthly report",
        "Priya",
        ("finance", "reports"),
        6,
        [
            ("Open Reports", "Open reports in the side bar."),
            ("Set the month", "Set the month that just closed."),
            ("Download the sheet", "Download it as a sheet, then raise the total in the meeting."),
        ],
    ),
]
_STEP_MS = 6_200


def demos() -> list[Demo]:
    """All demos, newest first."""
    made = [_demo(f"d{number}4f0c2a", facts) for number, facts in enumerate(_DEMOS)]
    return sorted(made, key=lambda demo: -demo.updated_unix_ms)


_Facts = tuple[str, str, tuple[str, ...], int, list[tuple[str, str]]]


def _demo(demo_id: str, facts: _Facts) -> Demo:
    title, author, tags, days, said = facts
    steps = tuple(
        Step(i * _STEP_MS, (i + 1) * _STEP_MS, number=i + 1, title=name, text=text, at_ms=i * _STEP_MS + 900)
        for i, (name, text) in enumerate(said)
    )
    return Demo(
        demo_id=demo_id,
        title=title,
        author=author,
        tags=tags,
        created_unix_ms=now_ms() - days * DAY_MS,
        updated_unix_ms=now_ms() - days * DAY_MS,
        review_unix_ms=now_ms() + (30 - days) * DAY_MS,
        clip=ClipFacts(duration_ms=len(said) * _STEP_MS, width=1280, height=720, has_sound=True),
        transcript=Transcript(segments=tuple(_segment(step) for step in steps), language="en", model="base"),
        steps=steps,
    )


def _segment(step: Step) -> Segment:
    texts = step.text.split()
    each = (step.duration_ms - 600) // max(1, len(texts))
    words = tuple(
        Word(step.start_ms + 300 + i * each, step.start_ms + 300 + (i + 1) * each, text=text, confidence=0.9)
        for i, text in enumerate(texts)
    )
    return Segment(step.start_ms + 300, step.end_ms - 300, text=step.text, words=words)


def take(folder: Path) -> Take:
    """A finished take of a minute and a half."""
    return Take(
        take_id="take-1",
        started_unix_ms=now_ms(),
        width=1280,
        height=720,
        duration_ms=91_000,
        state=TakeState.FINISHED,
        path=folder,
    )


def draft(folder: Path) -> Draft:
    """What is proposed for that take: seven steps, three cuts."""
    said = _DEMOS[0][4]
    starts = [4_000, 12_500, 26_000, 33_500, 47_000, 61_000, 79_000]
    ends = [*starts[1:], 88_000]
    steps = tuple(
        Step(start, end, number=i + 1, title=title, text=text, at_ms=start + 800)
        for i, ((title, text), start, end) in enumerate(zip(said, starts, ends, strict=True))
    )
    cuts = (
        Cut(0, 3_200, reason=CutReason.HEAD),
        Cut(17_500, 24_800, reason=CutReason.SILENT),
        Cut(52_000, 60_200, reason=CutReason.STILL),
        Cut(86_500, 91_000, reason=CutReason.TAIL),
    )
    return Draft(
        draft_id="draft-1",
        source=str(folder),
        take=TakeFacts(take_id="take-1", path=str(folder), started_unix_ms=now_ms(), duration_ms=91_000),
        width=1280,
        height=720,
        has_sound=True,
        title="Raise a purchase order",
        author="Priya",
        tags=("finance", "orders"),
        cuts=cuts,
        activity=(Span(3_200, 17_500),),
        transcript=Transcript(segments=tuple(_segment(step) for step in steps), language="en", model="base"),
        steps=steps,
    )


def picture(title: str, step: str, number: int, size: tuple[int, int] = (1280, 720)) -> np.ndarray:
    """A screen that looks like an application: a bar, a side list, a form, a pointer. RGB."""
    image = Image.new("RGB", size, "#eef1f5")
    draw = ImageDraw.Draw(image)
    large, small = ImageFont.load_default(34), ImageFont.load_default(24)
    draw.rectangle((0, 0, 1280, 70), fill="#23395d")
    draw.text((30, 16), title, fill="white", font=large)
    draw.rectangle((0, 70, 280, 720), fill="#d7dde6")
    for row, word in enumerate(["Home", "Finance", "Orders", "Suppliers", "Reports", "People"]):
        top = 100 + row * 70
        if row == number % 6:
            draw.rectangle((0, top - 12, 280, top + 46), fill="#8fb4e3")
        draw.text((40, top), word, fill="#1d2733", font=small)
    draw.rectangle((320, 110, 1240, 680), fill="white", outline="#c3cad4", width=3)
    draw.text((360, 140), step, fill="#1d2733", font=large)
    for row, word in enumerate(["Supplier", "Amount", "Cost centre", "Approver"]):
        top = 220 + row * 95
        draw.text((360, top + 12), word, fill="#5b6675", font=small)
        draw.rectangle((560, top, 1190, top + 56), fill="#f7f9fb", outline="#9aa6b5", width=2)
        if row < number:
            draw.rectangle((580, top + 18, 580 + 90 * (row + 2), top + 38), fill="#48566a")
    draw.rounded_rectangle((980, 600, 1190, 656), 10, fill="#2f9e7f")
    draw.text((1050, 612), "Save", fill="white", font=small)
    x, y = 420 + 90 * number, 260 + 45 * number
    draw.polygon([(x, y), (x, y + 44), (x + 12, y + 33), (x + 30, y + 33)], fill="black", outline="white")
    return np.asarray(image)
