"""The smallest room there can be: what the ledger's own tests move, so that they need no room above it."""
