"""What the consultant chose: tenants, connections, setup, mappings, webhook switches, safety intervals."""
