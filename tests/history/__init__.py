"""The history of other systems becomes cases."""
