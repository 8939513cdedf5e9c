"""One function per job kind: read again, map, compare, write, link. Knows ports, never a database."""
