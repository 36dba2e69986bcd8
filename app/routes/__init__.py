"""The doors: one small router each."""
