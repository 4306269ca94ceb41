"""The small Whisper network in torch: new, or unpacked from a CTranslate2 model; and saving it.

Owns its size and tokenizer: 760 byte-level BPE tokens, then Whisper's special tokens in its order, timestamps last.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch
from faster_whisper.tokenizer import _LANGUAGE_CODES as LANGUAGES
from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import GenerationConfig, WhisperConfig, WhisperFeatureExtractor, WhisperForConditionalGeneration
from transformers import PreTrainedTokenizerFast as FastTokenizer

WIDTH, ENCODER, DECODER, HEADS, PIECES = 128, 3, 2, 4, 760
_KINDS = {0: np.float32, 1: np.int8, 2: np.int16, 3: np.int32, 4: np.float16}
_TASKS = ("translate", "transcribe", "startoflm", "startofprev", "nospeech", "notimestamps")


class Network:
    """The model, its tokenizer, and the CTC head used only in training."""

    def __init__(self, tokenizer: Tokenizer) -> None:
        self.tokenizer = tokenizer
        self.end, self.start = self.token("endoftext"), self.token("startoftranscript")
        self.pieces = self.end - 1  # lower ids are text; one more is the CTC blank
        # faster-whisper fixes 1,500 positions of sound and 448 of text.
        config = WhisperConfig(
            vocab_size=tokenizer.get_vocab_size(), d_model=WIDTH, encoder_layers=ENCODER, decoder_layers=DECODER,
            encoder_attention_heads=HEADS, decoder_attention_heads=HEADS, encoder_ffn_dim=4 * WIDTH,
            decoder_ffn_dim=4 * WIDTH, num_mel_bins=80, max_source_positions=1500, max_target_positions=448,
            bos_token_id=self.end, eos_token_id=self.end, pad_token_id=self.end, decoder_start_token_id=self.start,
            suppress_tokens=[], begin_suppress_tokens=[self.end], attn_implementation="sdpa",
        )  # fmt: skip
        self.model = WhisperForConditionalGeneration(config)
        self.model.model.encoder.embed_positions.weight.requires_grad_(False)
        self.ctc = torch.nn.Linear(WIDTH, self.pieces + 1)

    @classmethod
    def anew(cls, texts: Sequence[str]) -> Network:
        """An untrained network, with a tokenizer trained on the corpus."""
        return cls(_tokenizer(texts))

    @classmethod
    def of(cls, folder: Path) -> Network:
        """The network of a CTranslate2 model; its CTC head is untrained. Raises SystemExit for other models."""
        network = cls(Tokenizer.from_file(str(folder / "tokenizer.json")))
        state = dict(_unpacked(_variables((folder / "model.bin").read_bytes())))
        missing, unexpected = network.model.load_state_dict(state, strict=False)
        if unexpected or set(missing) - {"proj_out.weight"}:
            raise SystemExit(f"{folder} is another kind of model: {missing} {unexpected}")
        return network

    def token(self, name: str) -> int:
        """The id of a special token."""
        return int(self.tokenizer.token_to_id(f"<|{name}|>"))

    def text(self, text: str) -> list[int]:
        """The token ids of a text, with a leading space as in Whisper."""
        return list(self.tokenizer.encode(f" {text}").ids)

    def encode(self, mel: torch.Tensor, offset: int = 0) -> torch.Tensor:
        """``[batch, 80, frames]`` to ``[batch, frames / 2, WIDTH]``, as if the window began at position ``offset``."""
        encoder = self.model.model.encoder
        x = torch.nn.functional.gelu(encoder.conv1(mel))
        x = torch.nn.functional.gelu(encoder.conv2(x)).permute(0, 2, 1)
        x = x + encoder.embed_positions.weight[offset : offset + x.shape[1]]
        for layer in encoder.layers:
            y = layer(x, None)
            x = y[0] if isinstance(y, tuple) else y
        return encoder.layer_norm(x)

    def decode(self, given: torch.Tensor, heard: torch.Tensor) -> torch.Tensor:
        """Logits of the next token at each position."""
        return self.model.proj_out(self.model.model.decoder(given, encoder_hidden_states=heard).last_hidden_state)

    def save(self, place: Path) -> None:
        """Save in the format of transformers; word times are aligned with the last decoder layer."""
        end = self.end
        config = GenerationConfig(bos_token_id=end, eos_token_id=end, pad_token_id=end, max_length=448)
        config.decoder_start_token_id, config.suppress_tokens, config.begin_suppress_tokens = self.start, [], [end]
        config.lang_to_id = {f"<|{code}|>": self.token(code) for code in LANGUAGES}
        config.alignment_heads = [[DECODER - 1, head] for head in range(HEADS)]
        self.model.generation_config = config
        self.model.save_pretrained(place)
        WhisperFeatureExtractor(feature_size=80).save_pretrained(place)
        names = dict.fromkeys(("eos_token", "bos_token", "unk_token", "pad_token"), "<|endoftext|>")
        FastTokenizer(tokenizer_object=self.tokenizer, **names).save_pretrained(place)
        self.tokenizer.save(str(place / "tokenizer.json"))


def _tokenizer(texts: Sequence[str]) -> Tokenizer:
    """The entry "" makes CTranslate2 treat the model as multilingual, so that language and task are used."""
    made = Tokenizer(models.BPE())
    made.pre_tokenizer, made.decoder = pre_tokenizers.ByteLevel(add_prefix_space=False), decoders.ByteLevel()
    alphabet = pre_tokenizers.ByteLevel.alphabet()
    trainer = trainers.BpeTrainer(vocab_size=PIECES, initial_alphabet=alphabet, special_tokens=[])
    made.train_from_iterator([f" {text}" for text in texts], trainer)
    written = json.loads(made.to_str())
    written["model"]["vocab"][""] = len(written["model"]["vocab"])
    made = Tokenizer.from_str(json.dumps(written))
    made.add_special_tokens([f"<|{name}|>" for name in ("endoftext", "startoftranscript", *LANGUAGES, *_TASKS)])
    times = [AddedToken(f"<|{n * 0.02:.2f}|>", special=False, normalized=False) for n in range(1501)]
    made.add_tokens(times)
    return made


def _variables(data: bytes) -> dict[str, np.ndarray]:
    """The arrays of a ``model.bin`` of version 6: name, shape, type, size and bytes of each in sequence."""
    at = 0

    def number(kind: str) -> int:
        nonlocal at
        (value,) = struct.unpack_from(f"<{kind}", data, at)
        at += struct.calcsize(kind)
        return int(value)

    def text() -> str:
        nonlocal at
        length = number("H")
        at += length
        return data[at - length : at].rstrip(b"\0").decode()

    if number("I") != 6 or text() != "WhisperSpec":
        raise SystemExit("model.bin is of another version")
    number("I")
    found = {}
    for _ in range(number("I")):
        name, shape = text(), [number("I") for _ in range(number("B"))]
        kind, size = np.dtype(_KINDS[number("B")]), number("I")
        found[name] = np.frombuffer(data, kind, size // kind.itemsize, at).reshape(shape)
        at += size
    return found


def _unpacked(found: dict[str, np.ndarray]) -> Iterator[tuple[str, torch.Tensor]]:
    """The arrays under transformers' names; fused queries, keys and values are split."""

    def array(name: str) -> torch.Tensor:
        stored = found[name]
        if stored.dtype == np.int8:
            stored = stored / found[f"{name}_scale"].reshape(-1, *[1] * (stored.ndim - 1))
        return torch.tensor(np.array(stored, np.float32))

    def norm(ours: str, theirs: str) -> Iterator[tuple[str, torch.Tensor]]:
        yield f"{ours}.weight", array(f"{theirs}/gamma")
        yield f"{ours}.bias", array(f"{theirs}/beta")

    def linear(names: Sequence[str], theirs: str) -> Iterator[tuple[str, torch.Tensor]]:
        weights, biases = array(f"{theirs}/weight").chunk(len(names)), array(f"{theirs}/bias").chunk(len(names))
        for name, weight, bias in zip(names, weights, biases, strict=True):
            yield f"{name}.weight", weight.clone()
            if not name.endswith("k_proj"):  # Whisper's keys have none
                yield f"{name}.bias", bias.clone()

    for side, layers in (("encoder", ENCODER), ("decoder", DECODER)):
        yield f"model.{side}.embed_positions.weight", array(f"{side}/position_encodings/encodings")
        yield from norm(f"model.{side}.layer_norm", f"{side}/layer_norm")
        for number in range(layers):
            ours, theirs = f"model.{side}.layers.{number}", f"{side}/layer_{number}"
            yield from _layer(ours, theirs, norm, linear, crossing=side == "decoder")
    for name in ("conv1", "conv2"):
        yield f"model.encoder.{name}.weight", array(f"encoder/{name}/weight")
        yield f"model.encoder.{name}.bias", array(f"encoder/{name}/bias")
    yield "model.decoder.embed_tokens.weight", array("decoder/embeddings/weight")


def _layer(ours: str, theirs: str, norm: Any, linear: Any, *, crossing: bool) -> Iterator[tuple[str, torch.Tensor]]:
    yield from norm(f"{ours}.self_attn_layer_norm", f"{theirs}/self_attention/layer_norm")
    yield from linear([f"{ours}.self_attn.{p}_proj" for p in "qkv"], f"{theirs}/self_attention/linear_0")
    yield from linear([f"{ours}.self_attn.out_proj"], f"{theirs}/self_attention/linear_1")
    yield from norm(f"{ours}.final_layer_norm", f"{theirs}/ffn/layer_norm")
    yield from linear([f"{ours}.fc1"], f"{theirs}/ffn/linear_0")
    yield from linear([f"{ours}.fc2"], f"{theirs}/ffn/linear_1")
    if crossing:
        yield from norm(f"{ours}.encoder_attn_layer_norm", f"{theirs}/attention/layer_norm")
        yield from linear([f"{ours}.encoder_attn.q_proj"], f"{theirs}/attention/linear_0")
        yield from linear([f"{ours}.encoder_attn.{p}_proj" for p in "kv"], f"{theirs}/attention/linear_1")
        yield from linear([f"{ours}.encoder_attn.out_proj"], f"{theirs}/attention/linear_2")
