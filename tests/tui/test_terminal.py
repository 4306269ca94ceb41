"""Asked, not guessed: what a terminal draws and its ground; keys that come meanwhile are not lost."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tui import fakes as fake
from tui.app import Showhow
from tui.services.remembered import Remembered
from tui.terminal import TerminalAnswers, TerminalQuery, ask_terminal, draws_pictures, parse_answers
from tui.widgets.terminal_graphics import sharp_widget

termios = pytest.importorskip("termios", reason="Windows has no termios")

KITTY = b"\x1b_Gi=31;OK\x1b\\\x1b]11;rgb:0000/0000/0000\x1b\\\x1b[?62;c"
OLD_KITTY = b"\x1b]11;rgb:1414/1717/1b1b\x1b\\\x1b[?62;c"  # before 0.28: no placeholders, and no answer to U=1
XTERM_SIXEL = b"\x1b]11;rgb:ffff/ffff/dddd\x1b\\\x1b[?63;1;2;4;6;9;15;22c"
XTERM = b"\x1b[?64;1;2;6;9;15;16;17;18;21;22;28c"
WEZTERM = b"\x1b_Gi=31;OK\x1b\\\x1b]11;rgb:0000/0000/0000\x07\x1b[?65;4;6;18;22c"
REFUSING = b"\x1b_Gi=31;ENOTSUPPORTED:no\x1b\\\x1b[?62;c"


@pytest.mark.parametrize(
    ("sent", "kitty", "sixel", "light"),
    [
        (KITTY, True, False, False),
        (OLD_KITTY, False, False, False),
        (XTERM_SIXEL, False, True, True),
        (XTERM, False, False, None),
        (WEZTERM, True, True, False),
        (REFUSING, False, False, None),
        (b"\x1b[?4c", False, False, None),  # VT132: its class, not sixel
        (b"\x1b]11;rgba:ff/ff/ff/80\x07\x1b[?6c", False, False, True),
        (b"", False, False, None),
    ],
)
def test_what_a_terminal_says_is_understood(sent: bytes, kitty: bool, sixel: bool, light: bool | None) -> None:
    assert parse_answers(sent) == TerminalAnswers(kitty, sixel, light)


@pytest.mark.parametrize("cut", range(0, len(WEZTERM), 3))
def test_keys_between_the_answers_are_kept_and_nothing_else(cut: int) -> None:
    parts = (0, WEZTERM.index(b"\x1b]11"), WEZTERM.index(b"\x1b[?65"), len(WEZTERM))
    whole = next(at for at in parts if at >= cut)
    sent = WEZTERM[:whole] + "ö ra\x1b[Aise".encode() + WEZTERM[whole:]
    assert parse_answers(sent) == TerminalAnswers(True, True, False, "ö raise")


@pytest.fixture
def pty() -> Iterator[tuple[int, int]]:
    ours, theirs = os.openpty()
    yield ours, theirs
    for one in (ours, theirs):
        os.close(one)


def test_the_terminal_is_asked_and_left_as_it_was(pty: tuple[int, int]) -> None:
    ours, theirs = pty
    before = termios.tcgetattr(theirs)
    query = TerminalQuery(theirs, theirs)
    asked = os.read(ours, 4096)
    assert asked.endswith(b"\x1b[c")  # last, because every terminal answers it
    assert b"U=1" in asked
    os.write(ours, b"ra" + KITTY)
    assert query.answers() == TerminalAnswers(kitty=True, light=False, typed="ra")
    assert termios.tcgetattr(theirs) == before
    os.set_blocking(ours, False)
    with pytest.raises(BlockingIOError):  # no answer was echoed
        os.read(ours, 4096)


def test_answers_that_came_while_something_else_took_long_are_read(
    pty: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.terminal._WAIT_S", -1.0)
    query = TerminalQuery(pty[1], pty[1])
    os.write(pty[0], XTERM_SIXEL)
    assert query.answers() == TerminalAnswers(sixel=True, light=True)


def test_a_terminal_that_says_nothing_is_not_waited_for_for_long(
    pty: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tui.terminal._WAIT_S", 0.01)
    assert TerminalQuery(pty[1], pty[1]).answers() == TerminalAnswers()


def test_without_a_terminal_nobody_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with Path(os.devnull).open(encoding="utf-8") as nothing:
        monkeypatch.setattr(sys, "stdin", nothing)
        assert ask_terminal({"TERM": "xterm-kitty"}) is None


def test_pictures_are_sharp_where_they_are_drawn_and_not_where_a_name_says_so() -> None:
    sixel, kitty = parse_answers(XTERM_SIXEL), parse_answers(KITTY)
    assert draws_pictures(sixel, {"TERM": "xterm"})
    assert draws_pictures(kitty, {"TERM": "xterm-kitty"})
    assert not draws_pictures(parse_answers(OLD_KITTY), {"TERM": "xterm-kitty", "KITTY_WINDOW_ID": "1"})
    for inside in ({"TMUX": "/run/tmux,1,0"}, {"STY": "1.pts"}, {"NO_COLOR": ""}):
        assert not draws_pictures(sixel, inside)
        assert sharp_widget(sixel, inside) is None
    from textual_image.widget import SixelImage, TGPImage

    assert sharp_widget(sixel, {}) is sharp_widget(parse_answers(WEZTERM), {}) is SixelImage
    assert sharp_widget(kitty, {}) is TGPImage


async def test_a_light_terminal_gets_the_light_theme_until_another_is_chosen(tmp_path: Path) -> None:
    fakes = fake.Fakes(tmp_path)
    remembered = Remembered(tmp_path)
    for answers, theme in ((XTERM_SIXEL, "showhow-light"), (KITTY, "showhow"), (b"", "showhow")):
        assert Showhow(lambda _: fakes.services(), remembered=remembered, answers=parse_answers(answers)).theme == theme
    app = Showhow(lambda _: fakes.services(), remembered=remembered, answers=parse_answers(XTERM_SIXEL))
    async with app.run_test() as pilot:
        assert remembered.theme == ""
        app.theme = "nord"
        await pilot.pause()
    chosen, answers = Remembered(tmp_path), parse_answers(XTERM_SIXEL)
    assert Showhow(lambda _: fakes.services(), remembered=chosen, answers=answers).theme == "nord"
    remembered.keep_theme("a theme of another version")
    assert Showhow(lambda _: fakes.services(), remembered=remembered).theme == "showhow"


async def test_what_was_typed_while_the_terminal_was_asked_is_searched(tmp_path: Path) -> None:
    app = Showhow(lambda _: fake.Fakes(tmp_path).services(), answers=TerminalAnswers(typed="book a"))
    async with app.run_test() as pilot:
        for _ in range(3_000):
            if app.screen.query("#search") and app.screen.query_one("#search").value == "book a":  # type: ignore[attr-defined]  # an Input
                return
            await pilot.pause(0.02)
    raise AssertionError("it was not typed")
