"""Shopify's Admin GraphQL API, as far as orders from TikTok Shop need it. `client` is the way in.

What holds here, and what each thing is for:
- A create is sent again only after an answer that is on the list of those that surely did nothing
  (`outcomes`); whatever else happens to it is `Unknown`, and the caller looks the order up.
- `transport` tells exactly whether a request left; `calls` has the retries of seconds and no others.
- The points bucket belongs to one app on one store: share one `Throttle` between clients of the same store,
  or let each learn from its answers that others draw from it too.
- A search is believed only without warnings, with its page info, and row by row (`search`, `lookups`).
- Nothing that follows on an order is idempotent at Shopify: `followups` reads first and does what is left.
- No message, log line or exception repeats a token, a signed address or what identifies a buyer.
"""
