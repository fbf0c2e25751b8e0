"""Two platforms in miniature that speak the wire formats of TikTok Shop and Shopify.

They carry the demo, the tests, the fault tests and the benchmarks. Nothing here imports the connector's own
clients: whatever both sides got wrong alike would go unseen. All data is invented.
"""
