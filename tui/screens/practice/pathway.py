"""``PathwaysScreen`` and ``PathwayScreen``: the pathways, and the points of one with how far the user is.

Own keys and layout. Replays and attempts belong to the navigator, records to the service.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import ClassVar

from textual.binding import Binding, BindingType

from library.practice.pathways.model import Pathway, PointKind
from library.practice.pathways.progress import PointProgress, PointState
from library.practice.pathways.words import counts_words, hindrance, pathway_facts, progress_words
from tui.screens.dialogs import ConfirmDialog, Field, FormDialog
from tui.screens.learning.list_screen import ListScreen
from tui.screens.practice.pathway_lists import PathwayList, PointList
from tui.services.practice.pathway_protocol import PathwayService, PathwayView
from tui.workers import begin

_OF_A_POINT = {"do", "open", "remove", "shift"}
_OF_A_LEARNER = {"leave", "share"}


class PathwaysScreen(ListScreen):
    """Every pathway, the joined ones first."""

    TITLE = "Pathways"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "open", "Open", key_display="Enter", tooltip="See its points and how far you are"),
        Binding("n", "make", "New", tooltip="Make a pathway of some demos"),
    ]

    def make_list(self) -> PathwayList:
        """The list of pathways."""
        return PathwayList()

    @property
    def _service(self) -> PathwayService | None:
        return self.app_context.services.pathways

    async def load(self) -> None:
        """Fetch the pathways."""
        rows, service = self.query_one(PathwayList), self._service
        rows.views = await self.ask(service.all) or () if service is not None else ()
        none = "No pathways yet: n makes one of some demos."
        self.draw("From the first look to doing it alone, at your own pace." if rows.views else none, "")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """There must be one to open."""
        if action == "open" and self.is_mounted:
            return self.query_one(PathwayList).selected is not None
        return super().check_action(action, parameters)

    def chosen(self) -> None:
        """A double click opens it."""
        self.action_open()

    def action_open(self) -> None:
        """Open the selected pathway."""
        if view := self.query_one(PathwayList).selected:
            self.app_context.navigator.show_pathway(view.pathway.pathway_id)

    def action_make(self) -> None:
        """Ask for a title and demos, and make one."""
        service = self._service

        async def make() -> None:
            fields = (
                Field("Title", "", "what it leads to"), Field("Demos", "", "titles or ids, with commas between"),
                Field("Sign-off", "", "a role, such as: Shift lead=Tom, Ana"), Field("For whom", "", "one line"),
            )  # fmt: skip
            answer = await self.app.push_screen_wait(FormDialog("A new pathway", *fields))
            if service is None or answer is None or not answer[0]:
                return
            demos = [name for one in answer[1].split(",") if (name := one.strip())]
            made = await self.ask(partial(service.create, answer[0], demos, about=answer[3], sign_off=answer[2]))
            if made is not None:
                self.app_context.navigator.show_pathway(made.pathway_id)

        begin(self, make, "dialog")


class PathwayScreen(ListScreen):
    """The points of one pathway."""

    TITLE = "Pathway"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter", "do", "Do it", key_display="Enter", tooltip="Watch, practise or be assessed, as the point says"
        ),
        Binding("space", "open", "Demo", key_display="Space", tooltip="Open the demo of this point"),
        Binding("x", "tick", "Watched", tooltip="Say that you watched it, or did not after all; seen by you only"),
        Binding("J", "join", "Join", tooltip="Join it; how far you are stays with you"),
        Binding("s", "share", "Share", tooltip="Have your reached points counted, without your name, or no more"),
        Binding("L", "leave", "Leave", show=False, tooltip="Leave it; what you shared is taken back"),
        Binding("a", "add", "Add", show=False, tooltip="Add a point before this one"),
        Binding("d,delete", "remove", "Take out", show=False, tooltip="Take this point out"),
        Binding("left_square_bracket", "shift(-1)", "Up", key_display="[", show=False, tooltip="Move this point up"),
        Binding("right_square_bracket", "shift(1)", "Down", key_display="]", show=False, tooltip="Move it down"),
    ]

    def __init__(self, pathway_id: str) -> None:
        super().__init__()
        self._pathway_id, self._view = pathway_id, None
        self._loaded = False

    _view: PathwayView | None

    def make_list(self) -> PointList:
        """The list of points."""
        return PointList()

    def on_mount(self) -> None:
        """Load, and send what waits for a record store."""
        super().on_mount()
        begin(self, self._send, "statements")

    @property
    def _service(self) -> PathwayService | None:
        return self.app_context.services.pathways

    @property
    def _point(self) -> PointProgress | None:
        return self.query_one(PointList).selected if self.is_mounted else None

    async def load(self) -> None:
        """Fetch the pathway; at first the next point that can be done is selected."""
        rows, service = self.query_one(PointList), self._service
        view = await self.ask(service.view, self._pathway_id) if service is not None else None
        if view is None:
            return
        self._view, rows.points, rows.reached = view, view.progress.points, view.counts.reached
        if not self._loaded and (following := view.progress.next) is not None:
            rows.index = view.progress.points.index(following)
        self._loaded = True
        own = progress_words(view.progress) if view.enrolment is not None else "not joined"
        self.draw(_words(view), own)
        self.title_bar.say(view.pathway.title, own)

    async def _send(self) -> None:
        service = self._service
        if service is not None and (sent := await self.ask(service.send)) is not None and sent.line:
            self.notify(sent.line, severity="warning", markup=False)

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Some keys need a point, one to watch, or a learner who joined."""
        view = self._view
        if action in _OF_A_POINT:
            return self._point is not None and (action != "open" or bool(self._point.keyed.point.demo_id))
        if action == "tick":
            return self._point is not None and self._point.keyed.point.kind is PointKind.WATCH
        if action == "join":
            return view is not None and view.enrolment is None and not view.pathway.closed
        if action in _OF_A_LEARNER:
            return view is not None and view.enrolment is not None
        return super().check_action(action, parameters)

    def action_move(self, by: int) -> None:
        """Move the selection; other keys may be there for another point."""
        super().action_move(by)
        self.refresh_bindings()

    def chosen(self) -> None:
        """A double click does it."""
        self.action_do()

    def action_do(self) -> None:
        """Watch, practise or be assessed."""
        point = self._point
        if point is None:
            return
        if why := hindrance(point):
            self.notify(why, markup=False)
        elif (level := point.level_to_try) is not None:
            self.app_context.navigator.try_demo(point.keyed.point.demo_id, level)
        else:
            self.app_context.navigator.replay(point.keyed.point.demo_id, 0)

    def action_open(self) -> None:
        """Open the demo."""
        if (point := self._point) is not None:
            self.app_context.navigator.open_demo(point.keyed.point.demo_id, 0)

    def action_tick(self) -> None:
        """Tick what was watched, or take the tick away."""
        service, point = self._service, self._point
        if service is not None and point is not None:
            on = point.state is not PointState.REACHED
            self._change(partial(service.watched, point.keyed.point.demo_id, on=on), "")

    def action_join(self) -> None:
        """Join."""
        if (service := self._service) is not None and (view := self._view) is not None:
            self._change(partial(service.join, view.pathway), "You joined it; how far you are is seen by you only")

    def action_share(self) -> None:
        """Share reached points, or take them back."""
        service, view = self._service, self._view
        if service is None or view is None or view.enrolment is None:
            return
        on = not view.enrolment.shares
        words = "Your reached points are counted, without your name" if on else "Nothing of you is counted any more"
        self._change(partial(service.share, view.pathway, on=on), words)

    def action_leave(self) -> None:
        """Leave after asking."""
        service, view = self._service, self._view
        if service is None or view is None:
            return

        async def leave() -> None:
            question = ConfirmDialog("Leave this pathway?", "leave", "stay", "Your tries and ticks stay yours.")
            if await self.app.push_screen_wait(question):
                self._change(partial(service.leave, view.pathway.pathway_id), "You left it")

        begin(self, leave, "dialog")

    def action_add(self) -> None:
        """Ask for a point and add it before the selected one."""
        service, view, point = self._service, self._view, self._point
        if service is None or view is None:
            return

        async def add() -> None:
            field = Field("Point", "", "watch:DEMO practise:DEMO review:DEMO assess:DEMO@3 sign-off:ROLE")
            answer = await self.app.push_screen_wait(FormDialog("Add a point", field))
            if answer is not None and answer[0]:
                before = point.keyed.key if point is not None else ""
                self._change(partial(service.add, view.pathway, [answer[0]], before), "")

        begin(self, add, "dialog")

    def action_remove(self) -> None:
        """Ask, then take the selected point out; a version of before keeps it."""
        service, view, point = self._service, self._view, self._point
        if service is None or view is None or point is None:
            return

        async def remove() -> None:
            question = ConfirmDialog("Take this point out?", "take out", "keep", "It goes for everybody who joined.")
            if await self.app.push_screen_wait(question):
                self._change(partial(service.remove, view.pathway, point.keyed.key), "Taken out, for all")

        begin(self, remove, "dialog")

    def action_shift(self, by: int) -> None:
        """Move the selected point by one place."""
        service, view, rows = self._service, self._view, self.query_one(PointList)
        if service is None or view is None or not 0 <= rows.index + by < len(rows.points):
            return
        point, place = rows.points[rows.index], rows.index + by
        before = _key_before(rows.points, place if by < 0 else place + 1)
        rows.index = place
        self._change(partial(service.move, view.pathway, point.keyed.key, before), "")

    def _change(self, work: Callable[[], object], words: str) -> None:
        async def change() -> None:
            if await self.ask(lambda: (work(), True)) is not None:
                if words:
                    self.app_context.navigator.say(words)
                await self.load()

        begin(self, change, "change", exclusive=False)


def _words(view: PathwayView) -> str:
    """What is known of a pathway, in a few lines."""
    pathway: Pathway = view.pathway
    seen = ""
    if view.enrolment is not None:
        seen = "You are counted without your name" if view.enrolment.shares else "Seen by you only"
    told = counts_words(view.counts)
    lines = [pathway.about, pathway_facts(pathway), f"{seen} · {told}" if seen else told]
    return "\n".join(filter(None, lines))


def _key_before(points: Sequence[PointProgress], place: int) -> str:
    return points[place].keyed.key if place < len(points) else ""
