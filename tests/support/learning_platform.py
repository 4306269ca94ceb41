"""A learning platform for tests: a web page with scorm-again, which shows a SCORM package in a frame, over HTTP."""

from __future__ import annotations

import threading
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.routing import Mount
from starlette.staticfiles import StaticFiles

from tests.support.desktop import wait_for
from tests.support.npm_package import npm_file

SCORM_AGAIN = ("scorm-again", "3.4.3", "dist/scorm12.min.js")
CHECKSUM = "cf86d5840673b1ae90d00a1f6689376312842b65c7595b417b1259bfb0fc56b6"
_PAGE = """<!doctype html><title>A learning platform</title><script src="scorm12.min.js"></script>
<script>
const calls = [];
const API = new Scorm12API({ autocommit: false, logLevel: 4 });
const before = sessionStorage.getItem("cmi");
if (before) API.loadFromJSON(JSON.parse(before));
for (const name of ["LMSInitialize", "LMSSetValue", "LMSCommit", "LMSFinish"]) {
  const own = API[name].bind(API);
  API[name] = (...values) => {
    const answer = own(...values);
    calls.push([name, ...values, answer]);
    if (name === "LMSCommit") sessionStorage.setItem("cmi", JSON.stringify(API.renderCMIToJSONObject().cmi));
    return answer;
  };
}
window.API = API;
</script>
<iframe id="course" src="course/index.html" allow="autoplay" style="width: 100%; height: 90vh"></iframe>
"""


def unpacked(package: Path, folder: Path) -> Path:
    """A site that shows a package in its platform."""
    folder.mkdir()
    with zipfile.ZipFile(package) as archive:
        archive.extractall(folder / "course")
    (folder / "scorm12.min.js").write_bytes(npm_file(*SCORM_AGAIN, CHECKSUM).read_bytes())
    (folder / "index.html").write_text(_PAGE)
    return folder


@contextmanager
def serving_files(folder: Path) -> Iterator[str]:
    """Serve a folder, byte ranges included; yields its address."""
    app = Starlette(routes=[Mount("/", StaticFiles(directory=folder, html=True))])
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error", lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        wait_for(lambda: server.started, "the server to start")
        yield f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join(20)
