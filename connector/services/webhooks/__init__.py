"""Webhooks at both ends: receiving what the platforms send, and registering what they are to send.

A webhook is a hint. It is proven genuine over its raw bytes, stored once, and acknowledged; what it says is
never believed, because nothing in it protects from an old one being sent again.
"""
