"""Numbers from journal, steps and clocks."""
