"""What the connector does with a store: the steps of the story, without Prefect.

`process` is the one function that takes orders of a store to Shopify; the scheduled flow, Fetch Order, a
backfill and a webhook consumer all end there.
"""
