"""Fine-tune the sentence encoder on the training messages, with four questions at once.

Runs in an environment of its own (training/requirements.txt); the result, `encoder.safetensors`, is
turned into the 8-bit ONNX encoder by `python -m assistant encoder --weights FILE`.

Every message is asked for its topic, intent, urgency and speaker over the same vector, so that the
vector comes to hold what Harbour needs to tell apart. Words are roughened at random (slips of the
finger, missing punctuation), because frightened people type so. Held-out voices measure each epoch.

    python training/finetune_encoder.py --weights DIR --out DIR [--epochs 6] [--hold-out VOICE,VOICE]
"""

from __future__ import annotations

import argparse
import json
import random
import string
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn
from transformers import AutoTokenizer, BertModel

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from assistant.learning.examples import Example, examples_hash, load_examples

QUESTIONS = {"topic": 1.0, "intent": 1.0, "urgency": 1.0, "speaker": 0.5}
MAX_TOKENS = 128
BATCH = 32
LEARNING_RATE = 6e-5
WARM_UP = 0.06
LABEL_SMOOTHING = 0.05
ROUGH_MESSAGES = 0.35
ROUGH_WORDS = 0.12
BARE_MESSAGES = 0.15


def roughen(text: str, rng: random.Random) -> str:
    """Return the message as a hurried person might have typed it."""
    if rng.random() < BARE_MESSAGES:
        text = text.translate(str.maketrans("", "", string.punctuation))
    if rng.random() >= ROUGH_MESSAGES:
        return text
    words = []
    for word in text.split():
        if len(word) > 3 and rng.random() < ROUGH_WORDS:
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


class Questioner(nn.Module):
    """The encoder with one linear head a question."""

    def __init__(self, encoder: BertModel, labels: dict[str, list[str]]) -> None:
        """Put fresh heads on the encoder."""
        super().__init__()
        self.encoder = encoder
        size = encoder.config.hidden_size
        self.heads = nn.ModuleDict({name: nn.Linear(size, len(values)) for name, values in labels.items()})
        self.dropout = nn.Dropout(0.1)

    def forward(self, tokens: dict[str, torch.Tensor]) -> dict[str, torch.Tensor]:
        """Return the scores of each question; each of shape (messages, labels)."""
        states = self.encoder(**tokens).last_hidden_state
        mask = tokens["attention_mask"].unsqueeze(-1).to(states.dtype)
        mean = (states * mask).sum(1) / mask.sum(1).clamp(min=1e-9)
        # Heads see the direction only, as the shipped vector has length 1; the factor keeps scores usable.
        vector = nn.functional.normalize(mean, dim=-1) * 12
        return {name: head(self.dropout(vector)) for name, head in self.heads.items()}


def accuracy(model: Questioner, examples: Sequence[Example], labels: dict[str, list[str]], tokenizer) -> dict:
    """Return the share of right answers to each question, and recall and false alarms of emergencies."""
    model.eval()
    right = dict.fromkeys(labels, 0)
    emergency: list[tuple[float, str]] = []
    with torch.no_grad():
        for start in range(0, len(examples), 64):
            batch = examples[start : start + 64]
            tokens = tokenizer(
                [e.text for e in batch], padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt"
            )
            scores = model(dict(tokens))
            for name, values in labels.items():
                for example, best in zip(batch, scores[name].argmax(1).tolist(), strict=True):
                    right[name] += values[best] == getattr(example, name)
            column = labels["urgency"].index("emergency")
            for example, row in zip(batch, scores["urgency"].softmax(1)[:, column].tolist(), strict=True):
                emergency.append((row, example.urgency))
    result = {name: round(count / max(len(examples), 1), 3) for name, count in right.items()}
    real = [p for p, urgency in emergency if urgency == "emergency"]
    calm = [p for p, urgency in emergency if urgency in ("advice", "none")]
    for level in (0.3, 0.5):
        result[f"recall@{level}"] = round(sum(p >= level for p in real) / max(len(real), 1), 3)
        result[f"false@{level}"] = round(sum(p >= level for p in calm) / max(len(calm), 1), 4)
    return result


def main() -> None:
    """Fine-tune, print each epoch, write weights and a note of what they were trained on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="folder of all-MiniLM-L6-v2 (safetensors)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=6)
    parser.add_argument("--hold-out", default="", help="voices that only measure, comma-separated")
    parser.add_argument("--seed", type=int, default=7)
    arguments = parser.parse_args()
    torch.manual_seed(arguments.seed)
    rng = random.Random(arguments.seed)

    examples = load_examples(Path(__file__).resolve().parent.parent / "data" / "nlu")
    held_out = set(filter(None, arguments.hold_out.split(",")))
    measure = [e for e in examples if e.voice in held_out]
    learn = [e for e in examples if e.voice not in held_out]
    labels = {name: sorted({getattr(e, name) for e in examples}) for name in QUESTIONS}
    tokenizer = AutoTokenizer.from_pretrained(arguments.weights)
    model = Questioner(BertModel.from_pretrained(arguments.weights), labels)

    steps = arguments.epochs * -(-len(learn) // BATCH)
    optimiser = torch.optim.AdamW(
        [
            {"params": model.encoder.parameters(), "lr": LEARNING_RATE},
            {"params": model.heads.parameters(), "lr": LEARNING_RATE * 20},
        ],
        weight_decay=0.01,
    )
    warm = max(1, int(steps * WARM_UP))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, max(0.0, (steps - step) / max(1, steps - warm)))
    )
    # Rare labels count more, but not without bound.
    weights = {}
    for name, values in labels.items():
        counts = torch.tensor([sum(getattr(e, name) == v for e in learn) for v in values], dtype=torch.float)
        weights[name] = (counts.mean() / counts.clamp(min=1)).sqrt().clamp(0.5, 2.0)
    print(f"{len(learn)} messages to learn from, {len(measure)} to measure with, {steps} steps", flush=True)
    for epoch in range(arguments.epochs):
        started, total = time.monotonic(), 0.0
        model.train()
        # Messages of like length together: less padding, the same shuffle on the large scale.
        order = sorted(range(len(learn)), key=lambda i: len(learn[i].text) + rng.random() * 60)
        batches = [order[i : i + BATCH] for i in range(0, len(order), BATCH)]
        rng.shuffle(batches)
        for rows in batches:
            batch = [learn[i] for i in rows]
            texts = [roughen(e.text, rng) for e in batch]
            tokens = tokenizer(texts, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
            scores = model(dict(tokens))
            loss = sum(
                weight
                * nn.functional.cross_entropy(
                    scores[name],
                    torch.tensor([labels[name].index(getattr(e, name)) for e in batch]),
                    weight=weights[name],
                    label_smoothing=LABEL_SMOOTHING,
                )
                for name, weight in QUESTIONS.items()
            )
            optimiser.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            total += loss.item()
        figures = accuracy(model, measure, labels, tokenizer) if measure else {}
        print(
            f"epoch {epoch + 1}: loss {total / len(batches):.3f}, {time.monotonic() - started:.0f} s, {figures}",
            flush=True,
        )
        arguments.out.mkdir(parents=True, exist_ok=True)
        save_file(
            {k: v.contiguous() for k, v in model.encoder.state_dict().items()},
            str(arguments.out / "encoder.safetensors"),
        )
        note = {
            "epochs": epoch + 1,
            "of": arguments.epochs,
            "messages": len(learn),
            "data": examples_hash(learn),
            "held_out_voices": sorted(held_out),
            "seed": arguments.seed,
            "held_out_figures": figures,
        }
        (arguments.out / "training_note.json").write_text(json.dumps(note, indent=2) + "\n")


if __name__ == "__main__":
    main()
