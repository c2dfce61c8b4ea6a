"""Fine-tune the sentence encoder with several questions at once; the parts that finetune_encoder.py puts together.

Every message is asked for its topic, intent, urgency, speaker and kind of emergency over the same vector,
so that the vector comes to hold what Harbour needs to tell apart. Words are roughened at random (slips
of the finger, missing punctuation), because frightened people type so.
"""

from __future__ import annotations

import random
import string
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import nn
from transformers import AutoTokenizer, BertModel

from assistant.learning.examples import Example

MAX_TOKENS = 128
WARM_UP = 0.06
# Heads see the direction of the vector only, as the shipped vector has length 1; the factor keeps scores usable.
VECTOR_SCALE = 12.0
NOT_ASKED = -100
HEADS_SEED = 1


@dataclass(frozen=True)
class Recipe:
    """How to fine-tune.

    Attributes:
        epochs: Passes over the messages.
        batch: Messages a step.
        learning_rate: Highest rate of the encoder; that of the heads is `head_rate` times as high.
        head_rate: See above.
        smoothing: Label smoothing.
        rough_messages: Share of messages roughened.
        rough_words: Share of the words of such a message that get a slip of the finger.
        bare_messages: Share of messages that lose their punctuation.
        questions: Weight of each question in the loss.
        seed: Of everything random.
    """

    epochs: int = 6
    batch: int = 32
    learning_rate: float = 6e-5
    head_rate: float = 20.0
    smoothing: float = 0.05
    rough_messages: float = 0.35
    rough_words: float = 0.12
    bare_messages: float = 0.15
    questions: tuple[tuple[str, float], ...] = (
        ("topic", 1.0),
        ("intent", 1.0),
        ("urgency", 1.0),
        ("speaker", 0.5),
        ("kind", 0.3),
    )
    seed: int = 7


class Questioner(nn.Module):
    """The encoder with one linear head a question."""

    def __init__(self, encoder: BertModel, labels: dict[str, list[str]]) -> None:
        """Put fresh heads on the encoder."""
        super().__init__()
        self.encoder = encoder
        size = encoder.config.hidden_size
        self.heads = nn.ModuleDict({name: nn.Linear(size, len(values)) for name, values in labels.items()})
        self.dropout = nn.Dropout(0.1)

    def vectors(self, tokens: dict[str, torch.Tensor]) -> torch.Tensor:
        """Return sentence vectors of length 1; shape (messages, vector length)."""
        states = self.encoder(**tokens).last_hidden_state
        mask = tokens["attention_mask"].unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
        return nn.functional.normalize(mean.float(), dim=-1)

    def forward(self, tokens: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Return the scores of each question; each of shape (messages, labels)."""
        vector = self.dropout(self.vectors(tokens) * VECTOR_SCALE)
        return {name: head(vector) for name, head in self.heads.items()}


def labels_of(examples: Sequence[Example], questions: Sequence[str]) -> dict[str, list[str]]:
    """Return the answers to each question; an empty label is no answer."""
    return {name: sorted({getattr(e, name) for e in examples} - {""}) for name in questions}


def roughen(text: str, rng: random.Random, recipe: Recipe) -> str:
    """Return the message as a hurried person might have typed it."""
    if rng.random() < recipe.bare_messages:
        text = text.translate(str.maketrans("", "", string.punctuation))
    if rng.random() >= recipe.rough_messages:
        return text
    words = []
    for word in text.split():
        if len(word) > 3 and rng.random() < recipe.rough_words:
            at = rng.randrange(1, len(word) - 1)
            word = rng.choice(
                (
                    word[:at] + word[at + 1 :],
                    word[:at] + word[at + 1] + word[at] + word[at + 2 :],
                    word[:at] + word[at] + word[at:],
                    word[:at] + rng.choice(string.ascii_lowercase) + word[at + 1 :],
                )
            )
        words.append(word)
    return " ".join(words)


def _balance(examples: Sequence[Example], labels: dict[str, list[str]]) -> dict[str, torch.Tensor]:
    """Return label weights: rare labels count more, but not without bound."""
    weights = {}
    for name, values in labels.items():
        counts = torch.tensor([sum(getattr(e, name) == value for e in examples) for value in values]).float()
        weights[name] = (counts.mean() / counts.clamp(min=1)).sqrt().clamp(0.5, 2.0)
    return weights


def _targets(examples: Sequence[Example], labels: dict[str, list[str]]) -> dict[str, list[int]]:
    return {
        name: [values.index(getattr(e, name)) if getattr(e, name) in values else NOT_ASKED for e in examples]
        for name, values in labels.items()
    }


class FineTuner:
    """Holds the published weights and fine-tunes copies of them."""

    def __init__(self, weights: Path, device: str) -> None:
        """Read the published weights (a folder with `model.safetensors`, config and tokenizer)."""
        self._weights = weights
        self._device = torch.device(device)
        # Half precision pays where the processor multiplies it in hardware; elsewhere it is slower.
        self._halves = device == "cuda" or torch.cpu._is_amx_tile_supported()
        self.tokenizer = AutoTokenizer.from_pretrained(weights)

    def _tokens(self, texts: Sequence[str]) -> dict[str, torch.Tensor]:
        tokens = self.tokenizer(list(texts), padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
        return {name: tensor.to(self._device) for name, tensor in tokens.items()}

    def train(
        self,
        examples: Sequence[Example],
        labels: dict[str, list[str]],
        recipe: Recipe,
        say: Callable[[str], None] = print,
    ) -> Questioner:
        """Return an encoder fine-tuned on the messages."""
        # All models begin with the same heads: only then does the mean of several mean something.
        torch.manual_seed(HEADS_SEED)
        model = Questioner(BertModel.from_pretrained(self._weights, dtype=torch.float32), labels).to(self._device)
        torch.manual_seed(recipe.seed)
        rng = random.Random(recipe.seed)
        asked = dict(recipe.questions)
        targets = _targets(examples, labels)
        balance = {name: weight.to(self._device) for name, weight in _balance(examples, labels).items()}
        rate = recipe.learning_rate
        optimiser = torch.optim.AdamW(
            [
                {"params": model.encoder.parameters(), "lr": rate},
                {"params": model.heads.parameters(), "lr": rate * recipe.head_rate},
            ],
            weight_decay=0.01,
            fused=True,
        )
        steps = recipe.epochs * -(-len(examples) // recipe.batch)
        warm = max(1, int(steps * WARM_UP))
        schedule = torch.optim.lr_scheduler.LambdaLR(
            optimiser, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))
        )
        for epoch in range(recipe.epochs):
            started, total = time.monotonic(), 0.0
            model.train()
            # Messages of like length together: less padding, the same shuffle on the large scale.
            order = sorted(range(len(examples)), key=lambda i: len(examples[i].text) + rng.random() * 60)
            batches = [order[i : i + recipe.batch] for i in range(0, len(order), recipe.batch)]
            rng.shuffle(batches)
            for rows in batches:
                tokens = self._tokens([roughen(examples[i].text, rng, recipe) for i in rows])
                with torch.autocast(self._device.type, torch.bfloat16, enabled=self._halves):
                    scores = model(tokens)
                loss = torch.zeros((), device=self._device)
                for name, weight in asked.items():
                    wanted = torch.tensor([targets[name][i] for i in rows], device=self._device)
                    if bool((wanted != NOT_ASKED).any()):
                        loss = loss + weight * nn.functional.cross_entropy(
                            scores[name].float(),
                            wanted,
                            weight=balance[name],
                            label_smoothing=recipe.smoothing,
                            ignore_index=NOT_ASKED,
                        )
                optimiser.zero_grad()
                loss.backward()
                nn.utils.clip_grad_norm_(model.parameters(), 1.0)
                optimiser.step()
                schedule.step()
                total += float(loss.detach())
            say(
                f"  epoch {epoch + 1}/{recipe.epochs}: loss {total / len(batches):.3f}, {time.monotonic() - started:.0f} s"
            )
        return model

    def read(
        self, model: Questioner, texts: Sequence[str]
    ) -> tuple[np.ndarray[Any, Any], dict[str, np.ndarray[Any, Any]]]:
        """Return vectors (messages, length) and for each question the scores (messages, labels)."""
        model.eval()
        vectors, scores = [], {name: [] for name in model.heads}
        with torch.no_grad():
            for start in range(0, len(texts), 128):
                vector = model.vectors(self._tokens(texts[start : start + 128]))
                vectors.append(vector.cpu().numpy())
                for name, head in model.heads.items():
                    scores[name].append(head(vector * VECTOR_SCALE).cpu().numpy())
        return np.concatenate(vectors), {name: np.concatenate(parts) for name, parts in scores.items()}


def average(models: Sequence[Questioner]) -> Questioner:
    """Return a model whose weights are the mean of several that grew from the same ones (a "soup")."""
    state = {
        key: torch.stack([model.state_dict()[key].float() for model in models]).mean(0).to(tensor.dtype)
        for key, tensor in models[0].state_dict().items()
    }
    models[0].load_state_dict(state)
    return models[0]
