"""What prepares a machine for Belay; standard library only, because it runs before anything is installed."""
