"""Handing an account over: list, page, steps, the pack for the successor."""
