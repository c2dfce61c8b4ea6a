"""Harbour: an online-safety assistant for parents and guardians.

The cores (`text`, `learning`, `safety`, `understanding`, `knowledge`, `privacy`) are plain Python.
Adapters bind them to Rasa and Sanic (`rasa_components`, `channels`, `storage`).
`tests/content/test_import_table.py` enforces who may import whom.
"""
