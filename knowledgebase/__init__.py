"""What we know: categories and articles."""
