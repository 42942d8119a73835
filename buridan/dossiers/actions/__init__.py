"""The verbs: one file, one function each. All go through `traversee`."""
