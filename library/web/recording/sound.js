// The microphone and its level, and the one sound track that a recorder can write.
const FLOOR_DB = -60;
const LOOK_MS = 100;
const QUIET_MS = 3000;

// Opens the microphone; null when none is wanted. Throws what the browser throws.
export async function openMicrophone(choice) {
  if (choice === "none") return null;
  const device = choice ? { deviceId: { exact: choice } } : {};
  return navigator.mediaDevices.getUserMedia({ audio: { ...device, echoCancellation: false, noiseSuppression: true, autoGainControl: true } });
}

export async function microphones() {
  const devices = await navigator.mediaDevices.enumerateDevices();
  return devices.filter((device) => device.kind === "audioinput" && device.deviceId && !["default", "communications"].includes(device.deviceId));
}

export class Sound {
  constructor() {
    this.context = new AudioContext();
  }

  // Shows the level of a stream: `show(decibels above -60, whether it has been silent for 3 s)`.
  meter(stream, show) {
    const source = this.context.createMediaStreamSource(stream);
    const analyser = this.context.createAnalyser();
    analyser.fftSize = 2048;
    source.connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    let heard = performance.now();
    const timer = setInterval(() => {
      analyser.getFloatTimeDomainData(samples);
      const power = samples.reduce((sum, sample) => sum + sample * sample, 0) / samples.length;
      const level = Math.max(0, 10 * Math.log10(power + 1e-12) - FLOOR_DB);
      if (level > 0) heard = performance.now();
      show(level, performance.now() - heard > QUIET_MS);
    }, LOOK_MS);
    return () => { clearInterval(timer); source.disconnect(); };
  }

  // One track of all streams with sound; none when there is no sound. A single one is passed on as it is.
  track(streams) {
    const sounding = streams.filter((stream) => stream && stream.getAudioTracks().length);
    if (sounding.length < 2) return sounding[0]?.getAudioTracks()[0] ?? null;
    const mixed = this.context.createMediaStreamDestination();
    for (const stream of sounding) this.context.createMediaStreamSource(stream).connect(mixed);
    return mixed.stream.getAudioTracks()[0];
  }
}
