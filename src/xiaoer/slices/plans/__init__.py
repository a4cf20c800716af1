"""Action plans: from a published text to a ledger of measures, targets, owners and dates."""
