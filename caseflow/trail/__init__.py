"""The sealed log: leaves now; tree, checkpoints and proofs stand on the same bytes."""
