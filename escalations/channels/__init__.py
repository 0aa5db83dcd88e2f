"""Ways out: one file a channel, behind one interface."""
