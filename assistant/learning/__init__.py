"""Turn messages into numbers and learn labels from them: no Rasa, no network, no pickle."""
