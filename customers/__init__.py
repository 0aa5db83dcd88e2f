"""Who we serve: users, organizations, support plans, contacts."""
