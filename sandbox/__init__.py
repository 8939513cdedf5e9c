"""Both vendors' APIs as local HTTP servers, for development, demo and tests."""
