"""How fast the connector is, measured beside a plain script; `python -m benchmarks` runs all of it."""
