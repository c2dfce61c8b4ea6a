"""Mask personal details before anything is kept. Plain Python, no Rasa."""
