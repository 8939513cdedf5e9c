"""The Customers 1st API: payloads, client, webhook signature and events."""
