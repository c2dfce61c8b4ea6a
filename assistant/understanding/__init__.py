"""Understand a message: what is wanted, about what, on which app, about a child of which age. No Rasa."""
