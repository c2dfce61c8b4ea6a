"""Custom actions: take what was understood, ask the knowledge base, send the answer. No Rasa import."""
