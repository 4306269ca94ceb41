"""The house keeps its doors: light things stay light, and heavy libraries are imported in one place each."""

from __future__ import annotations

import ast
import subprocess
import sys
from functools import cache
from pathlib import Path

import pytest

from tests.architecture.source_tree import ROOT, product_files, tree_of

HEAVY = {
    *("textual", "cv2", "mss", "av", "faster_whisper", "ctranslate2", "sounddevice", "numpy", "rapidocr"),
    *("onnxruntime", "tokenizers"),
}
DOORS = {
    "mss": ("capture/desktop/screen_grabber.py",),
    "av": ("capture/video/", "capture/render/"),
    "sounddevice": ("capture/backends/portaudio/portaudio.py",),
    "pynput": ("capture/backends/portable/pynput_input.py",),
    "Quartz": ("capture/backends/portable/quartz_info.py",),
    "Xlib": ("capture/backends/x11/",),
    "jeepney": ("capture/backends/wayland/portal_bus.py", "capture/backends/front/session_bus.py"),
    "faster_whisper": ("transcribe/asr/whisper.py", "transcribe/asr/silero_vad.py"),
    "rapidocr": ("transcribe/ocr/rapidocr_reader.py",),
    "onnxruntime": ("library/meaning/encoder.py",),
    "tokenizers": ("library/meaning/encoder.py",),
    "huggingface_hub": ("transcribe/models/",),
    "httpx2": ("transcribe/asr/http_post.py", "transcribe/models/hub_process.py"),
    "sqlite3": ("library/catalog/sqlite", "library/practice/store.py"),
    "starlette": ("library/web/", "library/assistant/"),
    "mcp": ("library/assistant/mcp_server.py",),
    "cryptography": ("library/practice/feedback/signing.py",),
    "pyrage": ("library/practice/feedback/seal.py",),
    "docx": ("library/export/documents/word.py",),
    "fsrs": ("library/practice/prompts/scheduler.py",),
    "fpdf": ("library/export/pdf_document.py",),
    "uvicorn": ("library/web/server.py",),
    "jinja2": ("library/web/",),
    "procrastinate": ("library/intake/task_queue.py",),
    "obstore": ("library/storage/bucket.py", "tui/aws_profile.py"),
    "psycopg": ("library/catalog/postgres_catalog.py", "library/intake/task_queue.py"),
    "psycopg_pool": ("library/catalog/postgres_catalog.py",),
    "rapidfuzz": ("library/search/spelling.py", "library/practice/likeness.py", "transcribe/phrases/spelling.py"),
    "snowballstemmer": ("library/index/stems.py",),
    "typer": ("tui/commands/",),
}


def test_no_window_of_opencv_is_ever_opened() -> None:
    """Its GUI comes with the package, linked to Qt; nothing of it is called (docs/install.md)."""
    windows = {
        "imshow",
        "namedWindow",
        "waitKey",
        "destroyAllWindows",
        "createTrackbar",
        "selectROI",
        "setMouseCallback",
    }
    for path in product_files():
        names = {node.attr for node in ast.walk(tree_of(path)) if isinstance(node, ast.Attribute)}
        assert not names & windows, path


def test_finished_files_are_renamed_by_the_function_that_waits_for_virus_scanners() -> None:
    """By ``replace_file``: on Windows a plain ``Path.replace`` fails while another program has the file open.

    A ``replace`` with one argument is that of a path; that of a text has two.
    """
    for path in product_files():
        calls = [node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)]
        bare = [
            call.lineno
            for call in calls
            if isinstance(call.func, ast.Attribute)
            and call.func.attr == "replace"
            and (len(call.args), call.keywords) == (1, [])
        ]
        assert not bare or ROOT / path == ROOT / "capture" / "files.py", f"{path}: {bare}"


def loaded_by(statement: str) -> set[str]:
    """The top-level modules a fresh interpreter has loaded after a statement."""
    code = f"{statement}; import sys; print(*sys.modules, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    return {name.partition(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize(
    "statement",
    [
        "import library.search.search",
        "import library.search.ask",
        "import library.catalog.sqlite_catalog",
        "import tui.cli",
    ],
)
def test_searching_and_opening_the_door_load_no_heavy_library(statement: str) -> None:
    assert not loaded_by(statement) & HEAVY


def test_the_version_is_told_before_anything_is_loaded_that_reads_or_writes_records() -> None:
    assert not loaded_by("import tui.cli") & {"msgspec", "typer", "textual", "platformdirs"}


def test_the_first_screen_waits_for_textual_and_little_else() -> None:
    late = {"numpy", "PIL", "cv2", "av", "sqlite3", "typer", "jinja2", "starlette", "rapidfuzz", "obstore", "httpx2"}
    assert not loaded_by("import tui.cli, tui.config, tui.app") & late


def test_opening_a_library_for_the_screens_loads_no_pictures_and_no_numbers() -> None:
    opened = (
        "import tui.workflows.navigator, tui.services.factory, tui.services.library_service, "
        "tui.services.recording_service, tui.services.recognizers, transcribe.ocr.rapidocr_reader"
    )
    assert not loaded_by(opened) & {"numpy", "PIL", "cv2", "av", "typer", "httpx2"}


def test_what_reads_video_is_loaded_by_one_call_before_threads_need_it() -> None:
    assert {"av", "cv2"} <= loaded_by("from tui.services.video_import import load_video; load_video()")


def test_labels_are_read_in_a_thread_only_once_the_video_library_is_loaded() -> None:
    read = (
        "import pathlib, sys, library.intake.screen_text as s; from capture.model import Click; "
        "s.ThreadPoolExecutor.submit = lambda *_: sys.exit(0 if 'av' in sys.modules else 9); "
        "s.labels_in_background(pathlib.Path('x'), (Click(0, 1, 2),), object()).__enter__()"
    )
    assert subprocess.run([sys.executable, "-c", read], cwd=ROOT, check=False).returncode == 0


@cache
def imports_of(path: Path) -> set[str]:
    """Top-level names a file imports anywhere in it, late imports included."""
    found: set[str] = set()
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            found |= {alias.name.partition(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found.add(node.module.partition(".")[0])
    return found


@pytest.mark.parametrize("library", DOORS)
def test_each_heavy_library_is_imported_through_its_door_only(library: str) -> None:
    files = [path for path in product_files() if library in imports_of(path)]
    strays = [str(path) for path in files if not str(path).startswith(DOORS[library])]
    assert not strays, f"{library} may be imported by {DOORS[library]} only"
    assert files, f"nothing imports {library}; is its door still there?"


def test_package_files_hold_a_docstring_only() -> None:
    for path in (p for p in product_files() if p.name == "__init__.py"):
        body = tree_of(path).body
        assert len(body) == 1, f"{path} holds more than a docstring"
        assert isinstance(body[0], ast.Expr)


def test_only_the_settings_read_showhow_variables() -> None:
    readers = [path for path in product_files() if '"SHOWHOW_' in (ROOT / path).read_text(encoding="utf-8")]
    assert [path.as_posix() for path in readers] == ["tui/config.py"]
