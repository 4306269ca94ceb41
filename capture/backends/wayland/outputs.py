"""Outputs: the monitors of a Wayland desktop, from wl_output and xdg_output. Needs nobody's permission.

Owns where each monitor lies in desktop pixels. Wayland places monitors in its own units, of which a scaled monitor has
fewer than pixels; a recording has the monitors' own pixels. Where all have one scale, places are multiplied by it; else
the monitors stand side by side in their order.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from capture.backends.wayland.connection import WaylandConnection, WaylandGlobal, read_string, uint
from capture.errors import CaptureError
from capture.model import Monitor, Region

_CURRENT_MODE, _SIDEWAYS = 1, 1  # bits of a mode's flags and of a transform
_GET_XDG_OUTPUT = 1


@dataclass
class Output:
    """A monitor. ``size`` is in its own pixels before ``transform`` (a number of wl_output.transform); ``place`` and
    ``logical`` are position and size in the desktop's units."""

    name: str = ""
    place: tuple[int, int] = (0, 0)
    logical: tuple[int, int] = (0, 0)
    size: tuple[int, int] = (0, 0)
    scale: int = 1
    transform: int = 0
    number: int = 0
    """The wl_output object."""

    @property
    def pixels(self) -> tuple[int, int]:
        """Width and height as the user sees it."""
        return (self.size[1], self.size[0]) if self.transform & _SIDEWAYS else self.size

    @property
    def factor(self) -> float:
        """Pixels per unit of the desktop; may be a fraction."""
        return self.pixels[0] / self.logical[0] if self.logical[0] else float(self.scale)


class Outputs:
    """The outputs of a connection. Raises CaptureError when there is none."""

    def __init__(self, connection: WaylandConnection) -> None:
        self._connection = connection
        self._xdg = connection.find("zxdg_output_manager_v1")
        self._manager = connection.bind(self._xdg, min(self._xdg.version, 3)) if self._xdg is not None else 0
        self._found: dict[int, Output] = {}
        self.update()
        if not self.all():
            raise CaptureError("This desktop has no monitor that is on", "Switch one on.")

    def update(self) -> None:
        """Take in monitors that came since the last call, and forget those that went. Waits for the compositor.

        Raises ScreenGone.
        """
        globals_ = self._connection.globals
        self._found = {name: output for name, output in self._found.items() if name in globals_}
        for what in list(globals_.values()):
            if what.interface == "wl_output" and what.name not in self._found:
                self._found[what.name] = self._bind(what)
        self._connection.roundtrip()
        for name, output in self._found.items():
            output.name = output.name or f"output-{name}"

    def _bind(self, what: WaylandGlobal) -> Output:
        output = Output()
        output.number = self._connection.bind(what, min(what.version, 4), _output_events(output))
        if self._manager:
            number = self._connection.new(_xdg_events(output))
            self._connection.request(self._manager, _GET_XDG_OUTPUT, uint(number, output.number))
        return output

    @property
    def changed(self) -> bool:
        """Whether monitors came or went since the last ``update``."""
        offered = {name for name, what in self._connection.globals.items() if what.interface == "wl_output"}
        return offered != self._found.keys()

    def all(self) -> list[Output]:
        """The monitors, in the compositor's order."""
        return [output for output in self._found.values() if output.size[0] > 0 and output.size[1] > 0]


def _output_events(output: Output) -> Callable[[int, bytes], None]:
    def handle(opcode: int, arguments: bytes) -> None:
        if opcode == 0:  # geometry: x, y, three numbers, make, model, transform
            output.place = struct.unpack_from("=ii", arguments)
            (output.transform,) = struct.unpack_from("=i", arguments, len(arguments) - 4)
        elif opcode == 1:
            flags, width, height, _ = struct.unpack("=Iiii", arguments)
            if flags & _CURRENT_MODE:
                output.size = width, height
        elif opcode == 3:
            (output.scale,) = struct.unpack("=i", arguments)
        elif opcode == 4:
            output.name, _ = read_string(arguments)

    return handle


def _xdg_events(output: Output) -> Callable[[int, bytes], None]:
    def handle(opcode: int, arguments: bytes) -> None:
        if opcode == 0:
            output.place = struct.unpack("=ii", arguments)
        elif opcode == 1:
            output.logical = struct.unpack("=ii", arguments)
        elif opcode == 3:
            output.name, _ = read_string(arguments)

    return handle


def regions(outputs: Sequence[Output]) -> list[Region]:
    """Where each output lies in desktop pixels."""
    factors = {round(output.factor, 3) for output in outputs}
    if len(factors) == 1:
        factor = factors.pop()
        return [_at(round(one.place[0] * factor), round(one.place[1] * factor), one) for one in outputs]
    placed: dict[int, Region] = {}
    right = 0
    for output in sorted(outputs, key=lambda output: output.place):
        placed[id(output)] = _at(right, 0, output)
        right += output.pixels[0]
    return [placed[id(output)] for output in outputs]


def _at(x: int, y: int, output: Output) -> Region:
    return Region(x, y, *output.pixels)


def monitors_of(outputs: Sequence[Output]) -> list[Monitor]:
    """The outputs as numbered monitors; Wayland knows no primary one."""
    return [
        Monitor(number=number, name=output.name, region=region, primary=len(outputs) == 1)
        for number, (output, region) in enumerate(zip(outputs, regions(outputs), strict=True), 1)
    ]


def list_monitors() -> list[Monitor]:
    """The monitors of this desktop. Raises CaptureError when the compositor cannot be reached."""
    connection = WaylandConnection()
    try:
        return monitors_of(Outputs(connection).all())
    finally:
        connection.close()
