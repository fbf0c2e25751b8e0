"""The Prefect server named by the environment or the active profile, told without importing Prefect."""

import os
import tomllib
from pathlib import Path
from urllib.parse import urlsplit

from connector.errors import ConfigurationError


def configured_api_url() -> str | None:
    """The server's API address; None when no server is named.

    Raises ConfigurationError for an address that is none. Whether it answers is not asked: it may be started
    after this.
    """
    url = os.environ.get("PREFECT_API_URL", "").strip()
    if url:
        return _checked(url, "PREFECT_API_URL")
    url = _profile().get("PREFECT_API_URL", "").strip()
    return _checked(url, "PREFECT_API_URL of the active Prefect profile") if url else None


def ui_url(api_url: str) -> str:
    """Where people find the pages of the server with this API address."""
    configured = os.environ.get("PREFECT_UI_URL", "").strip().rstrip("/")
    return configured or api_url.removesuffix("/api")


def _checked(url: str, what: str) -> str:
    try:
        parts = urlsplit(url)
        valid = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        valid = False
    if not valid:
        raise ConfigurationError(f"{what} is no address like http://127.0.0.1:4200/api; mend or unset it.")
    return url.rstrip("/")


def _profile() -> dict[str, str]:
    home = Path(os.environ.get("PREFECT_HOME") or "~/.prefect").expanduser()
    path = Path(os.environ.get("PREFECT_PROFILES_PATH") or home / "profiles.toml")
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        return {}
    active = os.environ.get("PREFECT_PROFILE") or document.get("active")
    profile = document.get("profiles", {}).get(active, {})
    return {str(name): str(value) for name, value in profile.items()}
