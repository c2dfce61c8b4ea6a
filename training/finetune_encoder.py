"""Fine-tune the sentence encoder on the training messages.

Runs in an environment of its own (training/requirements.txt); the result, `encoder.safetensors`, is
turned into the 8-bit ONNX encoder by `python -m assistant encoder --weights FILE`.

    python training/finetune_encoder.py --weights DIR --out DIR [--epochs 5] [--seeds 7,8] [--hold-out 0.2]

Several seeds are averaged. With `--hold-out`, that share of the voices only measures; thresholds and
figures of the ADRs come from such runs, the shipped encoder from one without.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import torch
from safetensors.torch import save_file

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "training")]

from finetuning import FineTuner, Questioner, Recipe, average, labels_of  # noqa: E402

from assistant.learning.examples import Example, examples_hash, load_examples  # noqa: E402

VOICES_SEED = 3


def choose_voices(examples: Sequence[Example], share: float) -> set[str]:
    """Return voices who wrote about this share of the messages, the same ones each time."""
    voices = sorted({e.voice for e in examples})
    random.Random(VOICES_SEED).shuffle(voices)
    chosen: set[str] = set()
    for voice in voices:
        if sum(e.voice in chosen for e in examples) >= share * len(examples):
            break
        chosen.add(voice)
    return chosen


def figures(
    tuner: FineTuner, model: Questioner, examples: Sequence[Example], labels: dict[str, list[str]]
) -> dict[str, Any]:
    """Return the share of right answers to each question, and emergency recall at fixed shares of false alarms."""
    _, scores = tuner.read(model, [e.text for e in examples])
    result: dict[str, Any] = {}
    for name, values in labels.items():
        asked = [(row, getattr(e, name)) for row, e in zip(scores[name], examples, strict=True) if getattr(e, name)]
        result[name] = round(float(np.mean([values[int(row.argmax())] == wanted for row, wanted in asked])), 3)
    raw = scores["urgency"] - scores["urgency"].max(1, keepdims=True)
    chances = np.exp(raw) / np.exp(raw).sum(1, keepdims=True)
    emergency = chances[:, labels["urgency"].index("emergency")]
    real = np.array([e.urgency == "emergency" for e in examples])
    calm = np.array([e.urgency in ("advice", "none") for e in examples])
    for false in (0.01, 0.03):
        level = np.quantile(emergency[calm], 1 - false)
        result[f"emergency recall at {false:.0%} of calm messages"] = round(float((emergency[real] >= level).mean()), 3)
    return result


def main() -> None:
    """Fine-tune, print each epoch, write weights and a note of what they were trained on."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="folder of all-MiniLM-L6-v2 (safetensors)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--seeds", default="7", help="comma-separated; the models are averaged")
    parser.add_argument("--hold-out", type=float, default=0.0, help="share of the messages whose voices only measure")
    parser.add_argument("--learn-share", type=float, default=1.0, help="learn from this share only (learning curve)")
    parser.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    arguments = parser.parse_args()

    examples = load_examples(ROOT / "data" / "nlu")
    held_out = choose_voices(examples, arguments.hold_out) if arguments.hold_out else set()
    measure = [e for e in examples if e.voice in held_out]
    learn = [e for e in examples if e.voice not in held_out]
    if arguments.learn_share < 1:
        learn = random.Random(VOICES_SEED).sample(learn, int(len(learn) * arguments.learn_share))
    recipe = replace(Recipe(), epochs=arguments.epochs)
    labels = labels_of(examples, [name for name, _ in recipe.questions])
    labels = {name: values for name, values in labels.items() if values}
    recipe = replace(recipe, questions=tuple(pair for pair in recipe.questions if pair[0] in labels))
    tuner = FineTuner(arguments.weights, arguments.device)
    print(f"{len(learn)} messages to learn from, {len(measure)} to measure with", flush=True)

    models = []
    for seed in map(int, arguments.seeds.split(",")):
        print(f"seed {seed}", flush=True)
        models.append(tuner.train(learn, labels, replace(recipe, seed=seed), lambda line: print(line, flush=True)))
        if measure:
            print(f"  held out: {figures(tuner, models[-1], measure, labels)}", flush=True)
    model = average(models) if len(models) > 1 else models[0]
    measured = figures(tuner, model, measure, labels) if measure else {}
    print(f"result: {measured}", flush=True)

    arguments.out.mkdir(parents=True, exist_ok=True)
    weights = {key: tensor.cpu().contiguous() for key, tensor in model.encoder.state_dict().items()}
    save_file(weights, str(arguments.out / "encoder.safetensors"))
    note = {
        "epochs": arguments.epochs,
        "seeds": arguments.seeds,
        "messages": len(learn),
        "voices": len({e.voice for e in learn}),
        "data": examples_hash(learn),
        "held_out_voices": sorted(held_out),
        "held_out_figures": measured,
    }
    (arguments.out / "training_note.json").write_text(json.dumps(note, indent=2) + "\n")
    print(f"Written to {arguments.out}", flush=True)


if __name__ == "__main__":
    main()
