"""What all tests share: fixtures of real databases and platforms, and hypothesis without a clock."""

from hypothesis import HealthCheck, settings

pytest_plugins = ["tests.databases", "tests.platforms", "tests.prefect_server"]

settings.register_profile("untimed", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("untimed")
