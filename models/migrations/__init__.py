"""The ledger's schema, step by step; run from code by `connector.ledger.schema`."""
