"""Checks of requests and addresses, and response headers, for studio and twin."""
