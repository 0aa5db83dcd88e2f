"""The staff desk: server-rendered pages for the people who work here."""
