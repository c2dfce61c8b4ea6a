"""Thin adapters from Rasa's graph to the cores. Class names carry the prefix Harbour: Rasa's registry is flat."""
