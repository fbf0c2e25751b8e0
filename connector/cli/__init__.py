"""The `connector` command: a thin layer that reads words, calls the product and shows what came of it.

Every module here is light to import; what is heavy (Prefect, pandas, HTTP clients) is imported inside the
command that needs it, so that listing orders starts at once.
"""
