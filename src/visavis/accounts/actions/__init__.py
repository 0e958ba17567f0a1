"""The verbs of accounts: each owns its one transaction, and the whole write is visible in it."""
