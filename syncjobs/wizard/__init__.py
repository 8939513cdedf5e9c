"""The setup guide: steps as data, lists from both systems, found defaults, and what a step saves."""
