"""Every reading of plans and the ledger, scoped to the actor."""
