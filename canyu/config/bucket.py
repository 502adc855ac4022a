"""Where pictures lie: a folder, or a bucket of a storage that speaks S3."""

from collections.abc import Mapping
from importlib.util import find_spec
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from canyu.config.store import StoreUnknown

FOLDER = "django.core.files.storage.FileSystemStorage"
BUCKET = "storages.backends.s3.S3Storage"
OPTIONS = {"endpoint", "region", "style"}
STYLES = {"path", "virtual"}
EXAMPLE = "s3://bucket/prefix?endpoint=https://s3.example.org&region=eu-1"
# A page waits for a picture no longer than this, twice.
CONNECT_SECONDS, READ_SECONDS = 5, 20


def is_bucket(environ: Mapping[str, str]) -> bool:
    """Whether the environment asks for a bucket; what it asks may still be wrong."""
    return bool(environ.get("CANYU_PICTURES", "").strip())


def pictures_of(environ: Mapping[str, str]) -> dict[str, Any]:
    """Django's settings for the storage of pictures that the environment asks for.

    Account and password come from the environment that all tools of S3 read, never from the
    address. Raises `StoreUnknown`.
    """
    told = environ.get("CANYU_PICTURES", "").strip()
    if not told:
        return {"BACKEND": FOLDER}
    place = urlsplit(told)
    options = dict(parse_qsl(place.query))
    if place.scheme != "s3" or not place.hostname or "@" in place.netloc:
        message = (
            f"CANYU_PICTURES begins with “{place.scheme[:20]}” or names no bucket, must be such as "
            f"{EXAMPLE}, without a password, or be left out for the folder in CANYU_HOME"
        )
        raise StoreUnknown(message)
    if strange := set(options) - OPTIONS:
        message = (
            f"CANYU_PICTURES has the option “{min(strange)[:20]}”, knows "
            f"{', '.join(sorted(OPTIONS))}: {EXAMPLE}"
        )
        raise StoreUnknown(message)
    style = options.get("style", "path" if "endpoint" in options else "virtual")
    if style not in STYLES:
        message = f"CANYU_PICTURES has the style “{style[:20]}”, must be path or virtual"
        raise StoreUnknown(message)
    if find_spec("storages") is None or find_spec("boto3") is None:
        message = (
            "CANYU_PICTURES names a bucket, and the library for it is not installed: run "
            "sh scripts/prepare.sh s3"
        )
        raise StoreUnknown(message)
    return _bucket(place.netloc, place.path.strip("/"), options, style)


def _bucket(name: str, prefix: str, options: Mapping[str, str], style: str) -> dict[str, Any]:
    from botocore.config import Config  # noqa: PLC0415 - only who uses it has it

    return {
        "BACKEND": BUCKET,
        "OPTIONS": {
            "bucket_name": name,
            "location": prefix,
            "endpoint_url": options.get("endpoint") or None,
            "region_name": options.get("region") or None,
            # Named by its content: what is there under its name is the same.
            "file_overwrite": True,
            "default_acl": None,
            "client_config": Config(
                signature_version="s3v4",
                s3={"addressing_style": style},
                connect_timeout=CONNECT_SECONDS,
                read_timeout=READ_SECONDS,
                retries={"mode": "standard", "total_max_attempts": 2},
                # Sums beyond the standard are what other makers' servers refuse.
                request_checksum_calculation="when_required",
                response_checksum_validation="when_required",
            ),
        },
    }
