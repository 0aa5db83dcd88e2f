"""The forms of the desk, one per verb."""
