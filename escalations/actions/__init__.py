"""Everything that changes an operational row, and nothing else does.

Every action has one shape: keyword-only, `actor` and `at` explicit → lock the case → transition → save → project the
clocks → record one event with its notices → return that event. All in one transaction; what is refused raises `Refused`
and changes nothing.
"""
