"""S3 credentials from AWS profiles (``media_options``); AWS_* variables take precedence.

With boto3 installed, boto3 resolves them: keys, SSO, assumed roles, ``credential_process``. Without it, the keys are
read here from the two profile files. boto3 is loaded, and may use the network, when a bucket is first used.
"""

from __future__ import annotations

import configparser
import sys
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from library.storage.bucket import MediaOptions

if TYPE_CHECKING:
    from obstore.auth.boto3 import Boto3CredentialProvider
    from obstore.store import S3Credential

_HOME = "USERPROFILE" if sys.platform == "win32" else "HOME"
_TTL = timedelta(minutes=10)
"""How long obstore caches credentials: botocore renews them ten minutes before they expire."""


def media_options(environment: Mapping[str, str]) -> MediaOptions:
    """Options for opening buckets. Values set by AWS_* variables are left out: obstore reads those itself."""
    profile = environment.get("AWS_PROFILE") or environment.get("AWS_DEFAULT_PROFILE") or ""
    home = Path(environment.get(_HOME) or "~").expanduser() / ".aws"
    secrets = _section(environment.get("AWS_SHARED_CREDENTIALS_FILE") or home / "credentials", profile or "default")
    section = f"profile {profile}" if profile not in {"", "default"} else "default"
    found = _section(environment.get("AWS_CONFIG_FILE") or home / "config", section) | secrets
    region = "" if environment.get("AWS_REGION") or environment.get("AWS_DEFAULT_REGION") else found.get("region", "")
    endpoint = environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL")
    options = MediaOptions(endpoint=endpoint or found.get("endpoint_url", ""), region=region)
    if environment.get("AWS_ACCESS_KEY_ID") or not (found or profile):
        return options
    if find_spec("boto3"):
        return replace(options, credentials=_Boto3Credentials())
    return replace(
        options,
        access_key_id=found.get("aws_access_key_id", ""),
        secret_access_key=found.get("aws_secret_access_key", ""),
        session_token=found.get("aws_session_token", ""),
    )


class _Boto3Credentials:
    """Credential provider for obstore: the profile that AWS_PROFILE names, resolved by boto3."""

    def __call__(self) -> S3Credential:
        return self._provider()

    @cached_property
    def _provider(self) -> Boto3CredentialProvider:
        from obstore.auth.boto3 import Boto3CredentialProvider

        return Boto3CredentialProvider(ttl=_TTL)


def _section(path: str | Path, name: str) -> dict[str, str]:
    parser = configparser.RawConfigParser()
    try:
        parser.read(Path(path).expanduser(), encoding="utf-8")
    except (configparser.Error, UnicodeDecodeError, OSError):
        return {}
    return dict(parser[name]) if parser.has_section(name) else {}
