"""Customers 1st as a local server: the shop, its till, its API and its hooks."""
