"""The Uniconta Web API: session, payloads, labels, client."""
