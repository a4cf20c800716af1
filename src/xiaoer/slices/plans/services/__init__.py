"""Every change to plans and the ledger: one function for each, named by noun and verb."""
