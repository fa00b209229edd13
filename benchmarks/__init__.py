"""How fast the engine is beside its peers, measured in one run: `python make.py bench`. See README.md here."""
