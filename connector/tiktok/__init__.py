"""TikTok Shop: signed requests, tokens, pages of orders, returns and cancellations, webhook signatures.

Invariants: every call made here is a read, so every call may be repeated; each try carries a fresh timestamp
and signature; no log line, error or metric carries a query string, a token or a body.
"""
