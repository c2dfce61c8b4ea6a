"""Triage: how urgent is a message, of which kind, and who is writing. Plain Python, no Rasa."""
