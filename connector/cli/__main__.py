"""Where the command begins, however it is called; light, so that Ctrl-C is heard at once."""

import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line of this process and leave with its status."""
    try:
        from connector.cli.main import main as run

        run()
    except KeyboardInterrupt:
        # The command itself says so of whatever it was doing; here it had not begun, or had ended.
        sys.stderr.write("connector: stopped.\n")
        sys.exit(130)


if __name__ == "__main__":
    main()
