"""Customers and products by the thousand: both sides read in pages, compared, written in lists."""
