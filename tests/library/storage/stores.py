"""Libraries over each kind of store, for tests that hold for all of them."""

from __future__ import annotations

from pathlib import Path

from library.catalog.sqlite_catalog import SqliteCatalog
from library.connection.library import Library
from library.connection.synonyms import FolderSynonyms
from library.storage.bucket import Bucket, MediaOptions
from library.storage.bucket_store import BucketStore
from library.storage.folder_store import FolderStore
from tests.support.s3_server import BUCKET, KEY, REGION, S3, SECRET

GB = 1 << 30


def options(s3: S3, *, read_timeout_s: float = 5.0, retry_timeout_s: float = 5.0) -> MediaOptions:
    return MediaOptions(
        endpoint=s3.endpoint, region=REGION, access_key_id=KEY, secret_access_key=SECRET, read_timeout_s=read_timeout_s,
        retry_timeout_s=retry_timeout_s,
    )  # fmt: skip


def bucket(s3: S3, prefix: str = "how tos", **more: float) -> Bucket:
    return Bucket(f"s3://{BUCKET}/{prefix}", options(s3, **more))


def bucket_library(media: Bucket, folder: Path, limit: int = GB) -> Library:
    """A bucket with an index in a file beside the cache: the store is what is tested."""
    store = BucketStore(media, folder / "cache", limit)
    catalog = SqliteCatalog(folder / "index.sqlite", store.demos)
    return Library(media.url, folder, catalog, "bucket", store, scanned=False, synonyms=FolderSynonyms(folder))


def folder_library(folder: Path) -> Library:
    """The same over a folder."""
    (folder / "demos").mkdir(parents=True)
    store = FolderStore(folder / "demos", folder / ".trash")
    catalog, synonyms = SqliteCatalog(folder / "index.sqlite", store.demos), FolderSynonyms(folder)
    return Library(str(folder), folder, catalog, "folder", store, synonyms=synonyms)
