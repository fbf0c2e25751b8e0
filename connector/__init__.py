"""What the product does without Prefect; `flows` and `tasks` put it on a schedule.

Imports point one way: services → ledger, tiktok, shopify, quality → mapping → models. `cli` imports from all
of them and nothing imports `cli`; `errors` and `clock` may be imported from anywhere.
"""
