"""What all tests share: fixtures of real databases and platforms, and hypothesis without a clock."""

import signal

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.databases", "tests.platforms", "tests.prefect_server"]

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")

# A shell that runs the tests in the background has them ignore Ctrl-C, and with them whatever they start.
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)
