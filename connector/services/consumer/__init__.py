"""Real time: webhooks from the inbox to orders on Shopify, without a flow run.

A message only says where to look. The order is read again from TikTok and kept in the ledger first; from
then on the message has done its work, and whatever fails later is a matter of the order and its own retries.
What a message cannot bring about, the scheduled sync does: losing every message loses no order.
"""

from connector.services.consumer.consumer import Consumer

__all__ = ["Consumer"]
