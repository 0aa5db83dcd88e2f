"""What each request may say: one body per verb, its names those that refusals use."""
