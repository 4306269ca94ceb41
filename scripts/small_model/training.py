"""Trains the small Whisper on spoken sentences.

What made it work, most important first:

- a CTC head on the encoder, in training only (the decoder alone learns the grammar and ignores the sound for long);
- short windows first when untrained, anywhere among the 1,500 positions, so that all are learned cheaply;
- windows as the recognizer makes them: one utterance, then zeros up to 10 to 30 s, and sometimes several utterances;
- a prompt of names in a quarter of the windows, so that a glossary does not confuse it;
- bfloat16 (four times as fast on processors with avx512_bf16), and an average of the weights over the last steps.
"""

from __future__ import annotations

import random
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F  # noqa: N812  the usual name
from faster_whisper.feature_extractor import FeatureExtractor

from scripts.small_model.corpus import PHRASES
from scripts.small_model.network import Network
from scripts.small_model.speech import Spoken, taken_anywhere

_FRAME, _RATE = 160, 16_000
_MEL = torch.tensor(FeatureExtractor().mel_filters, dtype=torch.float32)
_HANN = torch.hann_window(400)
_BATCH_S = 240  # seconds of sound in a batch
_AVERAGE = 0.998
_OF_BEFORE = 0.75
"""Share of the initial weights in what is saved: a run unlearns how the demo's sentences end. In the last run 0.25,
0.55 and 0.75 gave error rates of 0.053, 0.050 and 0.050 on the held-back set, 0.043, 0.032 and 0.030 on the demo's.
"""
_HEAD_FIRST = 60  # steps in which an untrained CTC head learns without changing the encoder


@dataclass(frozen=True)
class Stage:
    """A training stage: share of the time, window lengths in seconds, learning rate, weight of the CTC loss."""

    share: float
    lengths: Sequence[float]
    alone: float  # share of windows with a single utterance
    rate: float
    ctc: float
    anywhere: bool = False  # among the positions, not at the first


ANEW = (
    Stage(0.25, (4.0,), 1.0, 0.0012, 1.0, anywhere=True),
    Stage(0.25, (9.0,), 0.5, 0.001, 0.6, anywhere=True),
    Stage(0.5, (10, 10, 12.5, 15, 20, 30), 0.6, 0.0008, 0.4),
)
ON = (Stage(1.0, (10, 10, 12.5, 15, 20, 30), 0.6, 0.0005, 0.3),)


@dataclass(frozen=True)
class Window:
    """Sound, its last frame, and the target tokens; the first ``prompt`` of them are given, not learned."""

    sound: np.ndarray
    end: int
    tokens: list[int]
    prompt: int
    pieces: list[int]


def train(
    network: Network, spoken: Sequence[Spoken], stages: Sequence[Stage], *, minutes: float, threads: int, place: Path
) -> None:
    """Train for ``minutes``; the averaged weights are saved every 200 steps and at the end.

    When training further (``ON``), ``_OF_BEFORE`` of the initial weights is mixed in.
    """
    torch.manual_seed(0)
    torch.set_num_threads(threads)
    run = _Run(network, spoken, place, kept=_OF_BEFORE if stages is ON else 0.0)
    for stage in stages:
        run.stage(stage, minutes * stage.share * 60)
    run.save()


class _Run:
    def __init__(self, network: Network, spoken: Sequence[Spoken], place: Path, *, kept: float) -> None:
        self.network, self.place, self.steps, self.began = network, place, 0, time.monotonic()
        self.r = random.Random(2)  # noqa: S311  no secret
        self.maker = _Maker(network, spoken, self.r)
        self.average = {name: value.detach().clone().float() for name, value in network.model.state_dict().items()}
        self.before, self.kept = {name: value.clone() for name, value in self.average.items()}, kept
        groups = [{"params": [p for p in network.model.parameters() if p.requires_grad], "times": 1.0}]
        groups += [{"params": list(network.ctc.parameters()), "times": 6.0}]
        self.optimizer = torch.optim.AdamW(groups, lr=1e-3, betas=(0.9, 0.98), weight_decay=0.01)
        place.mkdir(parents=True, exist_ok=True)

    def stage(self, stage: Stage, seconds: float) -> None:
        begun, first = time.monotonic(), self.steps
        while (gone := time.monotonic() - begun) < seconds:
            rate = stage.rate * min(1, (self.steps - first + 1) / 50) * (1 - 0.9 * gone / seconds)
            for group in self.optimizer.param_groups:
                group["lr"] = rate * group["times"]
            self._step(stage)

    def _step(self, stage: Stage) -> None:
        windows, offset = self.maker.batch(stage)
        mel, given, wanted = tensors(windows, self.network.end)
        with torch.autocast("cpu", torch.bfloat16):
            heard = self.network.encode(mel, offset)
            scores = self.network.decode(given, heard)
        written = F.cross_entropy(scores.float().transpose(1, 2), wanted)
        spelled = self._ctc(heard, windows)
        self.optimizer.zero_grad()
        (written + stage.ctc * spelled).backward()
        torch.nn.utils.clip_grad_norm_(self.network.model.parameters(), 1.0)
        self.optimizer.step()
        self.steps += 1
        self._averaged()
        if self.steps % 20 == 0:
            gone = time.monotonic() - self.began
            print(f"step {self.steps} after {gone:.0f} s: written {written:.3f}, ctc {spelled:.3f}", flush=True)
        if self.steps % 200 == 0:
            self.save()

    def _ctc(self, heard: torch.Tensor, windows: Sequence[Window]) -> torch.Tensor:
        seen = heard.float() if self.steps > _HEAD_FIRST else heard.float().detach()
        chances = self.network.ctc(seen).log_softmax(-1).transpose(0, 1)
        lengths = torch.full((len(windows),), heard.shape[1])
        pieces = torch.tensor([piece for window in windows for piece in window.pieces])
        counts = torch.tensor([len(window.pieces) for window in windows])
        return F.ctc_loss(chances, pieces, lengths, counts, blank=self.network.pieces, zero_infinity=True)

    @torch.no_grad()
    def _averaged(self) -> None:
        keep = min(_AVERAGE, (self.steps + 1) / (self.steps + 10))
        for name, value in self.network.model.state_dict().items():
            self.average[name].mul_(keep).add_(value.float(), alpha=1 - keep)

    def save(self) -> None:
        now = {name: value.detach().clone() for name, value in self.network.model.state_dict().items()}
        kept = self.kept
        mixed = {name: kept * self.before[name] + (1 - kept) * value for name, value in self.average.items()}
        self.network.model.load_state_dict(mixed)
        self.network.save(self.place)
        self.network.model.load_state_dict(now)


class _Maker:
    """Makes windows of spoken sentences, as varied as the recognizer's input."""

    def __init__(self, network: Network, spoken: Sequence[Spoken], r: random.Random) -> None:
        self.network, self.spoken, self.r = network, spoken, r

    def batch(self, stage: Stage) -> tuple[list[Window], int]:
        """Windows of one length, and their start position."""
        seconds = self.r.choice(stage.lengths)
        most = 1 if self.r.random() < stage.alone else max(1, int(seconds // 3.5))
        offset = self.r.randint(0, 1500 - int(seconds * 50)) if stage.anywhere else 0
        return [self.window(seconds, most, offset) for _ in range(max(1, int(_BATCH_S / seconds)))], offset

    def window(self, seconds: float, most: int, offset: int) -> Window:
        r, size = self.r, int(seconds * _RATE)
        sound, at, said = np.zeros(size, np.float32), r.randint(0, 8_000), []
        for _ in range(r.randint(1, most) if r.random() > 0.02 else 0):
            text, spoken = self._fitting(size - 9_000)
            wave = taken_anywhere(spoken, r)
            if at + len(wave) > size:
                break
            sound[at : at + len(wave)] += wave
            said.append((text, at, at + len(wave)))
            at += len(wave) + r.randint(1_600, 24_000 if most > 1 else 8_000)
        end = min(size, at) if r.random() < 0.85 else size
        sound *= r.uniform(0.3, 1.0)
        if r.random() < 0.7:
            sound += np.random.randn(size).astype(np.float32) * 10 ** r.uniform(-4.5, -2.3)
        if r.random() < 0.5:
            sound[max(0, end - 1_600) :] = 0  # the silent tail that the recognizer adds
        return self._written(sound, end // _FRAME, said, offset)

    def _fitting(self, most: int) -> Spoken:
        while len((found := self.spoken[self.r.randrange(len(self.spoken))])[1]) > most:
            pass
        return found

    def _written(self, sound: np.ndarray, end: int, said: Sequence[tuple[str, int, int]], offset: int) -> Window:
        network = self.network
        if not said:
            return Window(sound, end, [network.start, network.token("nospeech")], 0, [])
        texts = [network.text(text) for text, _, _ in said]
        before = self._prompt([text for text, _, _ in said])
        tokens = [*before, network.start, network.token("en"), network.token("transcribe")]
        if self.r.random() < 0.6:
            tokens += [network.token("notimestamps"), *(piece for text in texts for piece in text)]
        else:
            for text, (_, begin, finish) in zip(texts, said, strict=True):
                times = [self._time(offset + round(edge / 320)) for edge in (begin, finish)]
                tokens += [times[0], *text, times[1]]
        return Window(sound, end, [*tokens, network.end], len(before), [piece for text in texts for piece in text])

    def _time(self, position: int) -> int:
        return self.network.token(f"{min(1500, position) * 0.02:.2f}")

    def _prompt(self, said: Sequence[str]) -> list[int]:
        """Tokens of a random glossary in a quarter of the windows; it may contain spoken words or not."""
        r = self.r
        if r.random() > 0.25:
            return []
        terms = [r.choice(PHRASES) for _ in range(r.randint(1, 8))]
        if r.random() < 0.6:
            words = r.choice(said).strip(".").split()
            at = r.randrange(len(words))
            terms.append(" ".join(words[at : at + r.randint(1, 3)]))
        r.shuffle(terms)
        return [self.network.token("startofprev"), *self.network.text(", ".join(terms))[:60]]


def tensors(windows: Sequence[Window], end: int) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Log-mel features, input tokens and target tokens (-100: ignored)."""
    mel = log_mel(torch.tensor(np.stack([window.sound for window in windows])))
    longest = max(len(window.tokens) for window in windows)
    given, wanted = (torch.full((len(windows), longest - 1), filling) for filling in (end, -100))
    for row, window in enumerate(windows):
        mel[row, :, window.end :] = 0  # the padding of faster-whisper
        length = len(window.tokens) - 1
        given[row, :length] = torch.tensor(window.tokens[:-1])
        wanted[row, :length] = torch.tensor(window.tokens[1:])
        wanted[row, : window.prompt] = -100
    return mel, given, wanted


def log_mel(sound: torch.Tensor) -> torch.Tensor:
    """``[batch, samples]`` at 16 kHz to Whisper's ``[batch, 80, frames]`` of 10 ms."""
    power = torch.stft(sound, 400, _FRAME, window=_HANN, return_complex=True)[..., :-1].abs() ** 2
    x = torch.clamp(_MEL @ power, min=1e-10).log10()
    return (torch.maximum(x, x.amax(dim=(1, 2), keepdim=True) - 8.0) + 4) / 4
