"""What is asked for by signals while the desktop's own question is open."""

from __future__ import annotations

import pytest

from capture.errors import Cancelled
from capture.recorder.options import RecorderCommand, Status
from capture.recorder.signal_requests import SignalRequests
from tui.commands.record import _ConsentWait


def test_a_pause_asked_for_before_the_answer_does_not_pause_what_follows(capsys: pytest.CaptureFixture[str]) -> None:
    requests = SignalRequests()
    look = _ConsentWait(requests)
    look(Status(state="asking"))
    requests._note(RecorderCommand.TOGGLE_PAUSE)
    look(Status(state="asking"))
    assert requests.commands() == []
    assert capsys.readouterr().err.count("The desktop asks") == 1


def test_a_mark_asked_for_once_it_is_answered_counts() -> None:
    requests = SignalRequests()
    look = _ConsentWait(requests)
    look(Status(state="asking"))
    requests._note(RecorderCommand.MARK)
    look(Status(state="starting"))
    assert requests.commands() == [RecorderCommand.MARK]


def test_a_stop_gives_up_waiting() -> None:
    requests = SignalRequests()
    requests._note(RecorderCommand.STOP)
    with pytest.raises(Cancelled):
        _ConsentWait(requests)(Status(state="asking"))
