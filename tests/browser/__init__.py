"""The console in a real browser, against the running product with the sandbox platforms behind it."""
