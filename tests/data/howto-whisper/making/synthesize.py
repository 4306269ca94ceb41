"""Speaks N sentences of corpus.py with espeak-ng and keeps them as 16 kHz int16 sound: synthesize.py N OUT.pkl

Needs espeak-ng on PATH and faster-whisper (for its resampling reader). About 60 sentences a second on two cores.
"""
import concurrent.futures as cf, os, pickle, random, subprocess, sys, tempfile
import numpy as np
from corpus import sentence
from faster_whisper.audio import decode_audio

VOICES, WEIGHTS = ["en", "en-us", "en-gb"], [3, 4, 1]


def speak(i):
    r = random.Random(i)
    text, voice = sentence(r), r.choices(VOICES, WEIGHTS)[0]
    wav = os.path.join(tempfile.gettempdir(), f"say-{os.getpid()}.wav")
    subprocess.run(["espeak-ng", "-v", voice, "-s", str(r.randint(145, 170)), "-p", str(r.randint(45, 55)), "-w", wav, text], check=True)
    return text, voice, (np.clip(decode_audio(wav, 16000), -1, 1) * 32767).astype(np.int16)


if __name__ == "__main__":
    with cf.ProcessPoolExecutor(2) as pool:
        spoken = list(pool.map(speak, range(int(sys.argv[1])), chunksize=50))
    pickle.dump(spoken, open(sys.argv[2], "wb"))
    print(len(spoken), "sentences,", round(sum(len(a) for _, _, a in spoken) / 16000 / 60), "minutes")
