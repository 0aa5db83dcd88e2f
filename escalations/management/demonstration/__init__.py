"""The demonstration company: who works there, by which procedure, and what happened in its last weeks.

Everything is written through actions, in the order in which it happened, with the engine doing its part in between.
"""

from escalations.management.demonstration.people import SIGN_INS

__all__ = ["SIGN_INS"]
