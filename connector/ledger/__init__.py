"""The ledger: every order, what was done with it and what is next, in one database.

Invariants: each function takes a `Session` of the caller's transaction and never commits by itself; history
is only ever added; a write back to an order carries its lease owner; nothing here talks to a network.
Trap: a function given to `Database.call` may run again after a passing database failure, so it must have no
effect outside the transaction.
"""
