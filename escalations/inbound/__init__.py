"""The way in by mail: reading what came, finding the case it belongs to, emptying mailboxes."""
