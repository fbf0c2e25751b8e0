"""`prefect.yaml` and files of `deployments/`: in an installed package, or where a checkout has them."""

from pathlib import Path

from connector.errors import ConfigurationError

_PACKAGE = Path(__file__).parents[1] / "deployments"
_CHECKOUT = Path(__file__).parents[2]


def deployment_file(name: str) -> Path:
    """Where the file of that name is; raises ConfigurationError when it is nowhere."""
    for path in (_PACKAGE / name, _CHECKOUT / "deployments" / name, _CHECKOUT / name):
        if path.is_file():
            return path
    raise ConfigurationError(f"{name} is missing from this installation: install the package again.")


def environment_file(name: str) -> dict[str, str]:
    """The variables of one of the environment files."""
    lines = deployment_file(name).read_text("utf-8").splitlines()
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {variable: value for variable, _, value in pairs}
