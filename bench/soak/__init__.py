"""Many escalations while everything under them is killed: nothing may be missing, and nothing told twice."""
