"""The curated knowledge base: load it, check it, choose from it, render it. No Rasa."""
