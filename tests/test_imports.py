"""Imports point one way, and heavy packages stay out of where they are not needed."""

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LAYERS = (
    {"flows"},
    {"tasks"},
    {"connector.services"},
    {"connector.ledger", "connector.tiktok", "connector.shopify", "connector.quality"},
    {"connector.mapping"},
    {"models"},
)
"""From the top down: a module imports from its own layer or from lower ones."""
ANYWHERE = {"connector.errors", "connector.clock", "connector.settings", "connector.store_file"}
PREFECT_FREE = (
    "connector/console",
    "connector/serving",
    "connector/ledger",
    "connector/mapping",
    "connector/quality",
    "connector/services",
    "connector/shopify",
    "connector/tiktok",
    "connector/sandbox",
    "models",
)


def modules() -> Iterator[tuple[str, Path]]:
    for package in ("flows", "tasks", "connector", "models"):
        for path in (ROOT / package).rglob("*.py"):
            yield ".".join(path.relative_to(ROOT).with_suffix("").parts), path


def imported(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def layer_of(module: str) -> int | None:
    for number, packages in enumerate(LAYERS):
        if any(module == package or module.startswith(package + ".") for package in packages):
            return number
    return None


def test_a_module_imports_only_from_its_layer_or_below() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, path in modules()
        if (own := layer_of(module)) is not None
        for name in imported(path)
        if (other := layer_of(name)) is not None and other < own and name not in ANYWHERE
    ]
    assert wrong == []


def test_nothing_below_knows_the_console_or_the_process_that_serves_it() -> None:
    wrong = [
        f"{module} imports {name}"
        for module, path in modules()
        if layer_of(module) is not None
        for name in imported(path)
        if name.startswith(("connector.console", "connector.serving", "connector.cli"))
    ]
    assert wrong == []


def test_only_flows_and_tasks_and_run_commands_know_prefect() -> None:
    wrong = [
        str(path.relative_to(ROOT))
        for module, path in modules()
        if str(path.relative_to(ROOT)).startswith(PREFECT_FREE)
        and any(name.split(".")[0] == "prefect" for name in imported(path))
    ]
    assert wrong == []


def test_the_sandbox_does_not_import_the_clients_it_is_there_to_test() -> None:
    clients = ("connector.tiktok", "connector.shopify", "connector.mapping", "connector.ledger")
    wrong = [
        f"{module} imports {name}"
        for module, path in modules()
        if module.startswith("connector.sandbox")
        for name in imported(path)
        if name.startswith(clients)
    ]
    assert wrong == []


@pytest.mark.parametrize("heavy", ["prefect", "pandas", "great_expectations", "httpx"])
def test_listing_orders_imports_nothing_heavy(heavy: str, tmp_path: Path) -> None:
    program = (
        "import sys\n"
        "sys.argv = ['connector', 'orders', 'list', '--json']\n"
        "from connector.cli.main import main\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"loaded = {{name.split('.')[0] for name in sys.modules}}\n"
        f"assert '{heavy}' not in loaded, '{heavy} was imported'\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert ran.returncode == 0, ran.stderr
