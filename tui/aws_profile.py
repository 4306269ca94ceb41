"""Credentials for a bucket from the files the AWS tools keep; AWS_* variables go before them.

Owns reading the two files. Refuses to ask the network, and to complain: without credentials the bucket will say so.
"""

from __future__ import annotations

import configparser
from collections.abc import Mapping
from pathlib import Path

from library.storage.bucket import MediaOptions


def media_options(environment: Mapping[str, str]) -> MediaOptions:
    """How buckets are reached. What AWS_* variables say is left out, for obstore reads those itself."""
    profile = environment.get("AWS_PROFILE") or environment.get("AWS_DEFAULT_PROFILE") or "default"
    home = Path(environment.get("HOME") or "~").expanduser() / ".aws"
    secrets = _section(environment.get("AWS_SHARED_CREDENTIALS_FILE") or home / "credentials", profile)
    named = profile if profile == "default" else f"profile {profile}"
    general = _section(environment.get("AWS_CONFIG_FILE") or home / "config", named)
    found = {**general, **secrets}
    if environment.get("AWS_ACCESS_KEY_ID"):
        found = {name: found[name] for name in ("region", "endpoint_url") if name in found}
    region = "" if environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") else found.get("region", "")
    endpoint = environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL")
    return MediaOptions(
        endpoint=endpoint or found.get("endpoint_url", ""),
        region=region,
        access_key_id=found.get("aws_access_key_id", ""),
        secret_access_key=found.get("aws_secret_access_key", ""),
        session_token=found.get("aws_session_token", ""),
    )


def _section(path: str | Path, name: str) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read(Path(path).expanduser(), encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError, OSError):
        return {}
    return dict(parser[name]) if parser.has_section(name) else {}
