"""The clockwork: the database is the queue, beat only ticks. A lost, doubled or late tick costs nothing but latency."""
