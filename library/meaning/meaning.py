"""``MeaningSearch``: which demos come near a question in meaning, and the making of the vectors that tell it.

Owns the vectors' agreement with the demos: which are missing, outdated or of another model. Needs no model: without
one, or when anything about it fails, ``trouble`` says so in one line and the search by words goes on alone.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from threading import RLock
from typing import TYPE_CHECKING, TypeVar

from capture.progress import Progress, silent
from library.catalog.catalog import Catalog
from library.catalog.vectors import VectorRow
from library.index.model import no_pause
from library.meaning.near import NearDemo
from library.meaning.scale import stored_scale
from library.meaning.sentence_models import ModelUnusable, SentenceModel
from library.model import Demo, DemoNotFound, LibraryError

if TYPE_CHECKING:  # opening a library must not import NumPy
    from library.meaning.encoder import Encoder
    from library.meaning.neighbours import Neighbours

_Answer = TypeVar("_Answer")
_AT_ONCE = 32
"""Demos embedded and stored together; what is stored when the work is broken off need not be made again."""
_EMBEDDING = "Reading what demos are about"
_NOT_MADE = "Demos are found by their words only until their vectors are made. Make them: showhow library rebuild"


class MeaningSearch:
    """The search by meaning of one library. Thread-safe.

    ``model`` None: there is none, and nothing is found; ``trouble`` says why, where that is worth a line. ``shared``:
    other machines use the same vectors, perhaps with other models.
    """

    def __init__(
        self, catalog: Catalog, model: SentenceModel | None = None, trouble: str = "", *, shared: bool = False,
        load: Callable[[SentenceModel], Encoder] | None = None,
    ) -> None:  # fmt: skip
        self.trouble = trouble
        self._catalog, self._model, self._shared = catalog, model, shared
        self._load = load or _onnx_encoder
        self._lock = RLock()
        self._opened: tuple[Encoder, Neighbours] | None = None

    @property
    def ready(self) -> bool:
        """Whether there is a model that has not failed."""
        return self._model is not None

    def nearest(
        self, question: str, most: int, among: Collection[str] = (), *, only: bool = False
    ) -> tuple[Sequence[NearDemo], float]:
        """The demos nearest to a question, nearest first, and the least likeness of an answer in this library.

        Demos of ``among`` are told wherever they stand; with ``only`` no others are. ``likeness``: 0 as for unrelated
        texts, 1 as for texts that mean the same. Nothing without a model or vectors, or when they cannot be used.
        """
        nothing: tuple[Sequence[NearDemo], float] = (), 1.0
        return self._told(lambda: self._nearest(question, most, among, only=only), nothing)

    def _nearest(
        self, question: str, most: int, among: Collection[str], *, only: bool
    ) -> tuple[Sequence[NearDemo], float]:
        from library.meaning.coverage import with_sureness

        encoder, neighbours = self._open()
        scale = stored_scale(self._catalog.vectors, encoder.key)
        if scale is None:
            self.trouble = _NOT_MADE
            return (), 1.0
        vector = encoder.read(question).vector
        with self._lock:
            found = neighbours.nearest(vector, most, among, only=only)
            alike = [one._replace(likeness=scale.likeness(one.likeness)) for one in found]
            sure = with_sureness(self._catalog, encoder, scale, question, alike)
        self.trouble = ""
        return sure, scale.cutoff

    def add(self, demo: Demo) -> None:
        """Make the vectors of a demo that was just filed. Where that fails they are made later, by ``fill``."""
        self._told(lambda: self._add(demo), None)

    def _add(self, demo: Demo) -> None:
        encoder, _ = self._open()
        self._catalog.vectors.put(encoder.key, _rows(encoder, [demo], no_pause))
        self._measure()

    def fill(self, progress: Progress = silent) -> int:
        """Make the missing and outdated vectors, drop those of removed demos; returns how many demos were embedded.

        A rerun goes on where it was broken off. Raises LibraryError, and Cancelled when ``progress`` does.
        """
        if not self.ready:
            return 0
        encoder, _ = self._open()
        table, versions = self._catalog.vectors, self._catalog.versions()
        stored = table.versions(encoder.key)
        if gone := stored.keys() - versions.keys():
            table.remove(sorted(gone))
        wanted = [name for name, version in versions.items() if stored.get(name) != version]
        for done in range(0, len(wanted), _AT_ONCE):
            report = _reporter(progress, done, len(wanted))
            report()
            demos = self._existing(wanted[done : done + _AT_ONCE])
            table.put(encoder.key, _rows(encoder, demos, report))
        if not self._shared:
            table.keep_only(encoder.key)
        self._measure()
        return len(wanted)

    def fill_quietly(self, progress: Progress = silent) -> None:
        """``fill`` in the background: an error is kept as ``trouble``. Raises Cancelled when ``progress`` does."""
        if self._told(lambda: self.fill(progress), -1) >= 0 and self.trouble == _NOT_MADE:
            self.trouble = ""

    def missing(self) -> int:
        """How many demos have no vectors of the model yet. Raises LibraryError."""
        stored = self._catalog.vectors.versions(self._open()[0].key)
        return sum(stored.get(name) != version for name, version in self._catalog.versions().items())

    def _open(self) -> tuple[Encoder, Neighbours]:
        with self._lock:
            if self._model is None:
                raise LibraryError("There is no sentence model")
            if self._opened is None:
                from library.meaning.neighbours import Neighbours

                encoder = self._load(self._model)
                self._opened = encoder, Neighbours(self._catalog.vectors, encoder.key, encoder.dimensions)
            return self._opened

    def _measure(self) -> None:
        from library.meaning.cutoff import measure

        with self._lock:
            measure(self._catalog, *self._open())

    def _existing(self, names: Sequence[str]) -> list[Demo]:
        demos = []
        for name in names:
            try:
                demos.append(self._catalog.get(name))
            except DemoNotFound:  # removed meanwhile
                continue
        return demos

    def _told(self, work: Callable[[], _Answer], otherwise: _Answer) -> _Answer:
        """The result of work, ``otherwise`` without a model or when it fails: ``trouble`` then says why.

        A model that cannot be used is not tried again.
        """
        if not self.ready:
            return otherwise
        try:
            return work()
        except ModelUnusable as error:
            self._model, self.trouble = None, str(error)
        except LibraryError as error:
            self.trouble = str(error)
        return otherwise


def _rows(encoder: Encoder, demos: Sequence[Demo], pause: Callable[[], None]) -> list[VectorRow]:
    """The vectors of demos, embedded together."""
    from library.meaning.packing import codes_of, data_of
    from library.meaning.passages import passages_of

    passages = [passages_of(demo) for demo in demos]
    vectors = encoder.encode([text for texts in passages for text in texts], pause)
    rows, at = [], 0
    for demo, texts in zip(demos, passages, strict=True):
        mine = vectors[at : at + len(texts)]
        rows.append(VectorRow(demo.demo_id, demo.version, len(texts), codes_of(mine), data_of(mine)))
        at += len(texts)
    return rows


def _reporter(progress: Progress, done: int, total: int) -> Callable[[], None]:
    return lambda: progress(done, total, _EMBEDDING)


def _onnx_encoder(model: SentenceModel) -> Encoder:
    from library.meaning.encoder import OnnxEncoder

    return OnnxEncoder(model)
