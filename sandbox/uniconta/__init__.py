"""Uniconta as a local server: the Web API v1 of contracts/uniconta.md over in-memory books."""
