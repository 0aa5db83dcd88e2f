"""Files at the doors: how they come in with a form, and the one way they go out."""
