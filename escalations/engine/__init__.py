"""The clockwork: the database is the queue, beat only ticks. A lost, doubled or late tick changes nothing but latency."""
