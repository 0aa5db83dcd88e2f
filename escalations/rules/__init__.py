"""Pure decisions from plain values: nothing here imports Django, reads a row or knows the present."""
