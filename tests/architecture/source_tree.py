"""The product's source as the architecture tests see it: files, imports, classes and functions, read with ``ast``."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parent.parent.parent
PACKAGES = ("capture", "transcribe", "library", "tui")


@cache
def product_files() -> tuple[Path, ...]:
    """Every Python file of the four packages, relative to the checkout."""
    return tuple(sorted(p.relative_to(ROOT) for package in PACKAGES for p in (ROOT / package).rglob("*.py")))


@cache
def tree_of(path: Path) -> ast.Module:
    """A file parsed."""
    return ast.parse((ROOT / path).read_text(encoding="utf-8"))


def module_of(path: Path) -> str:
    """The dotted name of a file's module; a package's ``__init__.py`` is the package."""
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


@cache
def imports() -> dict[str, set[str]]:
    """Which modules of the product each one imports: at the top, inside a function, or for type checkers only."""
    known = {module_of(path) for path in product_files()}
    return {module_of(path): set(_imported(tree_of(path), known)) for path in product_files()}


def _imported(tree: ast.Module, known: set[str]) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names if alias.name in known)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            for alias in node.names:
                member = f"{node.module}.{alias.name}"
                if member in known:
                    yield member
                elif node.module in known:
                    yield node.module


def circles(edges: dict[str, set[str]]) -> list[list[str]]:
    """Groups of nodes that reach each other (Tarjan's strongly connected components with more than one node)."""
    found: list[list[str]] = []
    index: dict[str, int] = {}
    low: dict[str, int] = {}
    stack: list[str] = []

    def visit(node: str) -> None:
        index[node] = low[node] = len(index)
        stack.append(node)
        for other in sorted(edges.get(node, ())):
            if other not in index:
                visit(other)
                low[node] = min(low[node], low[other])
            elif other in stack:
                low[node] = min(low[node], index[other])
        if low[node] == index[node]:
            group = stack[stack.index(node) :]
            del stack[stack.index(node) :]
            if len(group) > 1:
                found.append(sorted(group))

    for node in sorted(edges):
        if node not in index:
            visit(node)
    return found


def folder_imports() -> dict[str, set[str]]:
    """The same between folders; a file directly in a package counts as a folder of its own."""
    places = {module_of(path): _place(path) for path in product_files()}
    edges: dict[str, set[str]] = {place: set() for place in places.values()}
    for module, others in imports().items():
        edges[places[module]] |= {places[other] for other in others} - {places[module]}
    return edges


def _place(path: Path) -> str:
    return module_of(path) if len(path.parts) == 2 else ".".join(path.parent.parts)
