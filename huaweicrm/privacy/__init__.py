"""People can leave: what is known of a person is given out whole, or erased everywhere (R-P3)."""
