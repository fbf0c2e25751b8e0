"""`requirements.lock` against what the tests run with: the container image and the services get the same."""

from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

_LOCK = Path(__file__).parents[2] / "requirements.lock"


def _locked() -> dict[str, str]:
    """The version of each package that this Python and this system get from the lock file."""
    lines = (line.rstrip(" \\") for line in _LOCK.read_text("utf-8").splitlines())
    wanted = [Requirement(line) for line in lines if line and line[0] not in "# "]
    meant = [each for each in wanted if each.marker is None or each.marker.evaluate()]
    return {canonicalize_name(each.name): str(each.specifier).removeprefix("==") for each in meant}


def _installed(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def test_the_lock_file_holds_the_versions_that_are_tested() -> None:
    locked = _locked()
    assert "prefect" in locked
    assert {name: _installed(name) for name in locked} == locked, "renew the lock file with make lock"
