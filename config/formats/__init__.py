"""How the pages write dates; Django has them for Danish, and for English the American ones."""
