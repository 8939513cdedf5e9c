"""Pure functions: what one side's record means on the other side. Values in, values out; Decimal only."""
