"""One case as one person may see it. Reads only; doors show exactly what is made here."""
