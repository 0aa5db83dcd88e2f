"""READ – the written procedure as people read it, made from the very value the machine obeys."""
