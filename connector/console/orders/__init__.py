"""The orders page, one order's page with its actions, and the export of a view."""
