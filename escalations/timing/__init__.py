"""Pure thinking about time: business hours, and a clock computed from its events. Standard library only."""
