"""The process behind `connector serve`: console, webhook receiver, consumer, and what runs beside them.

Nothing here imports Prefect: its server and the schedule are processes of their own, started and kept alive
by `children`. Nothing is imported by this file, because `tied` starts in each of them first.
"""
