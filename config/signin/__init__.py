"""How people come in: allauth in our words and by our rules."""
