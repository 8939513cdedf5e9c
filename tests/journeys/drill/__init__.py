"""The whole service as real processes, and what is killed of it while a shop sells."""
