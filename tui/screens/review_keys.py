"""The keys of the review screen, in the order in which the key bar shows as many as fit; ``?`` and Ctrl+P show all.

Owns keys and their words, and which actions need what. Refuses to act.
"""

from __future__ import annotations

from textual.binding import Binding, BindingType

NEED_STEP = {"rewrite", "nudge_word", "nudge_frame", "split", "join", "delete"}
NEED_DRAFT = {
    *("file", "play", "step", "stretch", "seek", "let_go", "title", "tags", "toggle_cut", "mark", "blur", "move"),
    "unsure",
}

BINDINGS: list[BindingType] = [
    Binding("enter", "file", "File it", key_display="Enter", tooltip="File this demo"),
    Binding("space", "play", "Play", key_display="Space", tooltip="Play from here, without the cuts"),
    Binding("left", "nudge_word(-1)", "Nudge", key_display="←→", tooltip="Begin the step a word earlier; → later"),
    Binding("right", "nudge_word(1)", "", show=False, tooltip="Begin the step a word later"),
    Binding("c", "toggle_cut", "Cut/keep", tooltip="Cut or keep this stretch, or what is marked"),
    Binding("t", "title", "Title", tooltip="Change the title"),
    Binding("g", "tags", "Tags", tooltip="Change the tags"),
    Binding("s", "split", "Split", tooltip="Split this step in two"),
    Binding("j", "join", "Join", tooltip="Join this step with the next"),
    Binding("d", "delete", "Delete", tooltip="Delete this step (its pictures and words stay)"),
    Binding("u,ctrl+z", "undo", "Undo", key_display="u", tooltip="Undo the last edit"),
    Binding("r,ctrl+y", "redo", "Redo", key_display="r", tooltip="Redo what was undone"),
    Binding("e", "rewrite", "Step", tooltip="Change the title and the words of this step"),
    Binding("m", "mark", "Mark", tooltip="Mark: from here to there, for c and b"),
    Binding("b", "blur", "Blur", tooltip="Blur part of the picture over this step, or over what is marked"),
    Binding("f", "wait", "Fast", tooltip="Show this wait fast; again: cut it; again: as it was"),
    Binding("v", "move", "Move", tooltip="Take this step up; again: it begins where the cursor is"),
    Binding("w", "unsure(1)", "Unsure", tooltip="To the next word that may be misheard"),
    Binding("comma", "nudge_frame(-1)", "", show=False, tooltip="Begin the step a frame earlier"),
    Binding("full_stop", "nudge_frame(1)", "", show=False, tooltip="Begin the step a frame later"),
    Binding("left_parenthesis", "nudge_word(-1,'end')", "", show=False, tooltip="End the step a word earlier"),
    Binding("right_parenthesis", "nudge_word(1,'end')", "", show=False, tooltip="End the step a word later"),
    Binding("less_than_sign", "nudge_frame(-1,'end')", "", show=False, tooltip="End the step a frame earlier"),
    Binding("greater_than_sign", "nudge_frame(1,'end')", "", show=False, tooltip="End the step a frame later"),
    Binding("down", "step(1)", "", show=False, tooltip="To the next step"),
    Binding("up", "step(-1)", "", show=False, tooltip="To the step before"),
    Binding("right_square_bracket", "stretch(1)", "", show=False, tooltip="To the next kept or cut stretch"),
    Binding("left_square_bracket", "stretch(-1)", "", show=False, tooltip="To the stretch before"),
    Binding("shift+right", "seek(1000)", "", show=False, tooltip="The cursor a second on"),
    Binding("shift+left", "seek(-1000)", "", show=False, tooltip="The cursor a second back"),
    Binding("ctrl+right", "seek(33)", "", show=False, tooltip="The cursor a frame on"),
    Binding("ctrl+left", "seek(-33)", "", show=False, tooltip="The cursor a frame back"),
    Binding("X", "let_go", "", show=False, tooltip="Let this draft go without filing it"),
    Binding("escape", "back", "Later", key_display="Esc", tooltip="Review it later"),
]
