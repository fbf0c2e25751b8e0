"""The console: what people see and do in a browser, and what the platforms and the monitoring ask over HTTP.

Pages are plain HTML, rendered here; nothing is loaded from anywhere else. Every route names the role it takes
(`access.who`), every unsafe method is checked for its token (`access.csrf`), every answer carries the headers
of `security`.
"""
