"""Both vendors as local servers, for development, demonstration and tests."""
