"""The entry point: runs a command and turns every failure a user can cause into one line and a status.

0 done · 1 done, but something is wrong that the command exists to report · 2 bad usage or configuration ·
130 stopped with Ctrl-C.
"""

import io
import os
import sys
from collections.abc import Sequence
from typing import NoReturn

import typer
from typer.exceptions import TyperException

from connector.cli.app import app
from connector.cli.output import INTERRUPTED, STOPPED, one_line, pacify_stdout, say
from connector.errors import ConnectorError

_BAD_USAGE = 2
_command = typer.main.get_command(app)


def main() -> NoReturn:
    """Run the command line of this process and leave with its status."""
    if sys.stdout is None:
        say("standard output is closed.")
        sys.exit(_BAD_USAGE)
    if isinstance(sys.stdout, io.TextIOWrapper):
        # What a terminal without Unicode cannot show is shown by its number.
        sys.stdout.reconfigure(errors="backslashreplace")
    sys.exit(run(sys.argv[1:]))


def run(arguments: Sequence[str]) -> int:
    """Run one command; gives its exit status and never raises for something a user can cause."""
    try:
        status = _command.main(args=list(arguments), prog_name="connector", standalone_mode=False)
        sys.stdout.flush()
    except BrokenPipeError:
        pacify_stdout()
        return 0
    except TyperException as error:
        say(_usage_sentence(error))
        return _BAD_USAGE
    except ConnectorError as error:
        say(str(error))
        return _BAD_USAGE
    except (KeyboardInterrupt, typer.Abort):
        status = INTERRUPTED
    except OSError as error:
        say(f"the system refused: {error.strerror or type(error).__name__}.")
        # What standard output refused once it would refuse again when Python ends, with a status of its own.
        pacify_stdout()
        return _BAD_USAGE
    except Exception as error:  # noqa: BLE001 - the last resort: one line instead of a page of frames
        return _unforeseen(error)
    if status == INTERRUPTED:
        say(STOPPED)
    return status if isinstance(status, int) else 0


def _usage_sentence(error: TyperException) -> str:
    context = getattr(error, "ctx", None)
    path = context.command_path if context is not None else "connector"
    message = one_line(error.format_message() if hasattr(error, "format_message") else str(error))
    message = message.replace(": Value error, ", ": ")
    return f"{message.rstrip('.')}. See {path} --help."


def _unforeseen(error: Exception) -> int:
    if os.environ.get("CONNECTOR_DEBUG"):
        raise error
    kind = type(error).__name__
    say(f"an unforeseen failure ({kind}); please report it with what CONNECTOR_DEBUG=1 shows.")
    return _BAD_USAGE
