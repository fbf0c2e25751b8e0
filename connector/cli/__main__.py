"""`python -m connector.cli`, for where the installed command is not on the path."""

from connector.cli.main import main

main()
