"""Fixtures shared by all tests: real databases and the sandbox platforms."""

pytest_plugins = ["tests.databases", "tests.platforms", "tests.prefect_server"]
