"""The demo as it goes on: served, with webhooks that become orders, until Ctrl-C."""

import os
import re
import signal
import subprocess
import sys
from pathlib import Path

import httpx

from tests.prefect_server import eventually
from tests.serving.prometheus import values_in

_STORY = (
    "from connector.cli.demo_live import serve_demo\n"
    "from connector.cli.demo_stage import open_stage\n"
    "with open_stage() as stage:\n"
    "    stage.connect()\n"
    "    serve_demo(stage)\n"
)
_PATIENCE = 120.0


def test_orders_appear_while_the_demo_is_looked_at(tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("PREFECT_", "CONNECTOR_"))
    }
    with out.open("wb") as output, (tmp_path / "err.txt").open("wb") as errors:
        process = subprocess.Popen(
            [sys.executable, "-u", "-c", _STORY],
            env={**kept, "PREFECT_HOME": str(tmp_path / "prefect")},
            cwd=tmp_path,
            stdout=output,
            stderr=errors,
        )

    def said(pattern: str) -> re.Match[str]:
        def look() -> re.Match[str] | None:
            assert process.poll() is None, (tmp_path / "err.txt").read_text()
            return re.search(pattern, out.read_text("utf-8"))

        return eventually(look, pattern, patience=_PATIENCE)

    try:
        address = said(r"The console is at (http://\S+)").group(1)
        assert httpx.get(address, trust_env=False).status_code == 200
        assert int(said(r"Step 1: \d+ changes at TikTok, (\d+) webhooks").group(1)) > 0
        eventually(lambda: _in_real_time(address), "a webhook became an order", patience=_PATIENCE)
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=60) == 0
    finally:
        process.kill()
        process.wait()
    assert (tmp_path / "err.txt").read_text() == ""


def _in_real_time(address: str) -> bool:
    values = values_in(httpx.get(f"{address}/metrics", trust_env=False).text)
    return values["connector_webhook_to_order_seconds_count", ()] > 0
