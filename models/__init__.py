"""What the words mean: tables, the platforms' wire shapes, statuses, states, reasons and money.

Nothing here does I/O and nothing here imports another package of the project.
"""
