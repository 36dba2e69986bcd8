"""Question → retrieval → model → cited answer."""
