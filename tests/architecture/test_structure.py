"""A newcomer finds every concern from the tree: small folders and files, one direction, one name for one thing."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

import pytest

from tests.architecture.source_tree import PACKAGES, ROOT, circles, folder_imports, imports, product_files, tree_of

MOST_FILES = 15
"""In a folder below a package, ``__init__.py`` not counted; directly in a package it is MOST_LOOSE."""
MOST_LOOSE = 10
MOST_LINES = 350
MOST_FUNCTION_LINES = 60
# What an engineer would look for in the tree of a product such as this one.
WORDS = (
    "encoder", "cache", "cursor", "ocr", "vad", "queue", "pdf", "server", "http", "import",
    "diff", "thumbnail", "waveform", "repair", "settings", "migration", "segment", "autosave", "lock", "stats",
)  # fmt: skip
KNOWN_UNDER_ANOTHER_NAME = {
    "settings": "tui/config.py reads config.toml, as the file is called everywhere",
}


def test_no_module_imports_itself_by_a_detour_late_and_typing_imports_included() -> None:
    assert circles(imports()) == []


def test_no_folder_imports_another_that_imports_it() -> None:
    assert circles(folder_imports()) == []


def test_a_circle_would_be_seen() -> None:
    assert circles({"a": {"b"}, "b": {"c"}, "c": {"a"}, "d": {"a"}}) == [["a", "b", "c"]]


@pytest.mark.parametrize("package", PACKAGES)
def test_folders_are_small_and_at_most_two_deep(package: str) -> None:
    sizes: dict[Path, int] = defaultdict(int)
    for path in product_files():
        if path.parts[0] == package and path.name != "__init__.py":
            sizes[path.parent] += 1
    limits = {folder: MOST_LOOSE if folder == Path(package) else MOST_FILES for folder in sizes}
    assert {str(folder): size for folder, size in sizes.items() if size > limits[folder]} == {}
    assert [str(folder) for folder in sizes if len(folder.parts) > 3] == []


def test_files_and_functions_are_short() -> None:
    long_files = {
        str(p): n for p in product_files() if (n := len((ROOT / p).read_text("utf-8").splitlines())) > MOST_LINES
    }
    assert long_files == {}
    long_functions = {
        f"{path}:{node.name}": node.end_lineno - node.lineno + 1
        for path in product_files()
        for node in ast.walk(tree_of(path))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno >= MOST_FUNCTION_LINES
    }
    assert long_functions == {}


def test_every_public_class_name_means_one_thing() -> None:
    places: dict[str, list[str]] = defaultdict(list)
    for path in product_files():
        for node in ast.walk(tree_of(path)):
            if isinstance(node, ast.ClassDef) and not node.name.startswith("_"):
                places[node.name].append(str(path))
    assert {name: where for name, where in places.items() if len(where) > 1} == {}


def test_the_words_of_the_trade_lead_to_a_file() -> None:
    files = [path for package in PACKAGES for path in (ROOT / package).rglob("*.*") if path.suffix in {".py", ".sql"}]
    parts = {part for path in files for part in re.split(r"[/_.-]", str(path.relative_to(ROOT)))}
    found = {word for word in WORDS if any(part.startswith(word) for part in parts)}
    assert set(WORDS) - found == set(KNOWN_UNDER_ANOTHER_NAME)
