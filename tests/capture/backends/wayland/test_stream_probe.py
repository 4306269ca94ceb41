"""Pictures of a Wayland desktop that tell the pointer beside them, or nothing for a while; monitors side by side."""

from __future__ import annotations

import struct

import numpy as np
import pytest

from capture.backends.pipewire.pipewire_stream import _offered_formats, _requested_params, _sprite
from capture.backends.pipewire.spa_pod import properties_of
from capture.backends.wayland.outputs import Output, monitors_of
from capture.backends.wayland.stream_probe import PlacedStream, StreamProbe, StreamScreen
from capture.desktop.cursor_overlay import Sprite
from capture.desktop.frame_buffer import FrameBuffer
from capture.desktop.frame_diff import Pixels
from capture.desktop.picture_stream import Shot, StreamPointer, copy_box
from capture.model import Region


class FakeStream:
    """A PictureStream that a test paints."""

    def __init__(self, size: tuple[int, int] = (64, 48), pointer: StreamPointer | None = None) -> None:
        self.size, self.pointer, self.shows = size, pointer, True
        self.pixels = np.zeros((size[1], size[0]), np.uint32)
        self.shots: list[Shot] = []
        self.came = False

    def paint(self, box: Region, value: int, damage: list[Region] | None) -> None:
        self.pixels[box.y : box.bottom, box.x : box.right] = value
        self.shots.append(Shot(damage))
        self.came = True

    @property
    def ready(self) -> bool:
        return self.came

    def poll(self) -> Shot | None:
        return self.shots.pop(0) if self.shots else None

    def grab(self, box: Region) -> Pixels | None:
        return copy_box(self.pixels, box, swap=False) if self.came else None

    def close(self) -> None:
        pass


def buffer_of(*streams: FakeStream, region: Region | None = None) -> FrameBuffer:
    """A source over streams that stand side by side."""
    parts, x = [], 0
    for stream in streams:
        parts.append(PlacedStream(stream, x))
        x += stream.size[0]
    return FrameBuffer(StreamScreen(parts), StreamProbe(parts, "screen", region))


def test_before_a_first_picture_there_is_a_size_and_nothing_else() -> None:
    stream = FakeStream()
    source = buffer_of(stream)
    assert (source.width, source.height) == (64, 48)
    assert source.poll() == ()
    stream.paint(Region(0, 0, 64, 48), 0x00FF0000, None)
    (change,) = source.poll()
    assert change.region == Region(0, 0, 64, 48)
    assert tuple(source.picture[20, 20]) == (0, 0, 255, 255)


def test_a_picture_that_the_desktop_took_back_stays_until_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the screen gets another size; even when the whole picture would be compared meanwhile."""
    monkeypatch.setattr("capture.desktop.frame_buffer.FULL_COMPARE_S", 0.0)
    stream = FakeStream()
    stream.paint(Region(0, 0, 64, 48), 0x00FF0000, None)
    source = buffer_of(stream)
    stream.came = False
    for _ in range(200):
        assert source.poll() == ()
    assert tuple(source.picture[20, 20]) == (0, 0, 255, 255)
    stream.paint(Region(0, 0, 64, 48), 0x000000FF, None)
    assert len(source.poll()) == 1


def test_damage_of_several_pictures_is_one_and_what_is_unknown_makes_all_unknown() -> None:
    one, other = Region(0, 0, 4, 4), Region(8, 8, 4, 4)
    assert Shot([one]).then(Shot([other])).damage == [one, other]
    assert Shot(None).then(Shot([other])).damage is None
    assert Shot([one]).then(Shot(None)).damage is None


def test_a_pointer_beside_the_pictures_is_drawn_and_marked_as_the_pointers() -> None:
    pointer = StreamPointer()
    stream = FakeStream(pointer=pointer)
    stream.paint(Region(0, 0, 64, 48), 0, None)
    source = buffer_of(stream)
    assert source.pointer is None
    white = np.full((6, 6, 4), 255, np.uint8)
    pointer.visible, pointer.x, pointer.y, pointer.sprite = True, 20, 10, Sprite(white, 1, 1)
    changes = source.poll()
    assert [change.pointer for change in changes] == [True]
    assert tuple(source.picture[10, 20, :3]) == (255, 255, 255)
    assert source.pointer == (20, 10)
    pointer.visible = False
    assert [change.pointer for change in source.poll()] == [True]
    assert tuple(source.picture[10, 20, :3]) == (0, 0, 0)
    assert source.pointer is None


def test_a_screen_that_goes_and_comes_back_is_told_once_each_time() -> None:
    stream = FakeStream()
    stream.paint(Region(0, 0, 64, 48), 0x000000FF, None)
    source = buffer_of(stream)
    stream.shows = False
    for _ in range(3):
        source.poll()
    assert source.notices() == ["The screen is gone; its last picture stays until it is back."]
    assert tuple(source.picture[20, 20, :3]) == (255, 0, 0)
    stream.shows = True
    source.poll()
    assert source.notices() == ["The screen is back."]


def test_a_region_across_two_monitors_has_the_pixels_of_both() -> None:
    left, right = FakeStream(), FakeStream((32, 24))
    left.paint(Region(0, 0, 64, 48), 1, None)
    right.paint(Region(0, 0, 32, 24), 2, None)
    source = buffer_of(left, right, region=Region(48, 0, 32, 32))
    assert source.clean[10, 15] & 0xFF == 1
    assert source.clean[10, 16] & 0xFF == 2
    assert source.clean[30, 20] & 0xFFFFFF == 0, "no monitor is there"
    right.paint(Region(0, 0, 4, 4), 3, [Region(0, 0, 4, 4)])
    (change,) = source.poll()
    assert change.region == Region(16, 0, 4, 4)


def output(x: int, pixels: tuple[int, int], scale: float, transform: int = 0) -> Output:
    turned = (pixels[1], pixels[0]) if transform & 1 else pixels
    logical = round(pixels[0] / scale), round(pixels[1] / scale)
    return Output(name=f"at {x}", place=(x, 0), logical=logical, size=turned, transform=transform)


@pytest.mark.parametrize(
    ("outputs", "regions"),
    [
        ([output(0, (1920, 1080), 1), output(1920, (1280, 720), 1)], [(0, 0, 1920, 1080), (1920, 0, 1280, 720)]),
        ([output(0, (3840, 2160), 2), output(1920, (2560, 1440), 2)], [(0, 0, 3840, 2160), (3840, 0, 2560, 1440)]),
        ([output(1440, (1920, 1080), 1), output(0, (2160, 3840), 1.5, 1)], [(2160, 0, 1920, 1080), (0, 0, 2160, 3840)]),
    ],
)
def test_monitors_lie_side_by_side_in_their_own_pixels(
    outputs: list[Output], regions: list[tuple[int, int, int, int]]
) -> None:
    found = [monitor.region for monitor in monitors_of(outputs)]
    assert found == [Region(*region) for region in regions]


def test_a_pointers_bitmap_becomes_a_sprite_in_the_order_of_the_picture() -> None:
    bgra, rgba = 12, 11
    for kind, pixel in ((bgra, (1, 2, 3, 4)), (rgba, (3, 2, 1, 4))):
        rows = bytes(pixel) * 2 + b"\0" * 4  # two pixels and padding
        sprite = _sprite(struct.pack("<IIIiI", kind, 2, 3, 12, 20) + rows * 3, 1, 2)
        assert sprite is not None
        assert sprite.pixels.shape == (3, 2, 4)
        assert tuple(sprite.pixels[2, 1]) == (1, 2, 3, 4)
        assert (sprite.hot_x, sprite.hot_y) == (1, 2)
    assert _sprite(struct.pack("<IIIiI", 0, 0, 0, 0, 0), 0, 0) is None


def test_parameters_can_be_read_as_they_are_written() -> None:
    offer = properties_of(_offered_formats(30))
    assert struct.unpack_from("<I", offer[0x20001]) == (8,), "BGRX is wanted most"
    assert struct.unpack_from("<II", offer[0x20005]) == (30, 1)
    requested = [properties_of(param) for param in _requested_params()]
    cursor = next(found for found in requested if struct.unpack_from("<I", found[1]) == (5,))
    default, least, most = struct.unpack_from("<iii", cursor[2])
    assert least < default < most
    assert most >= 28 + 20 + 384 * 384 * 4, "GNOME leaves the pointer out where less is offered"
