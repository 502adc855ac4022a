"""Where everything that is stored lies, as the environment says."""

from collections.abc import Mapping
from pathlib import Path


def is_on(environ: Mapping[str, str], name: str) -> bool:
    """Whether a setting that is either on or off is on."""
    return environ.get(name, "").lower() in {"1", "true", "yes", "on"}


def home_of(environ: Mapping[str, str]) -> Path:
    """The folder of database, key and pictures; the demo has one of its own."""
    usual = "var/demo" if is_on(environ, "CANYU_DEMO") else "var"
    return Path(environ.get("CANYU_HOME") or usual).resolve()


def database_of(home: Path) -> Path:
    """The file of the database."""
    return home / "canyu.sqlite3"
