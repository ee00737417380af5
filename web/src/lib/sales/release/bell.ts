/** Two short tones like a counter bell's, without a sound file. */
export interface Sound {
  /** Whether the browser allows sound now: only after the page was touched. */
  readonly allowed: boolean;
  /** Asks the browser to allow sound. Call it when the page is touched. */
  allow(): Promise<void>;
  play(): void;
  close(): void;
}

/** [hertz, start in seconds]: C6 and G6 carry through the noise of a room. */
const tones = [
  [1046.5, 0],
  [1568, 0.16],
] as const;
const LOUDNESS = 0.25;
const LENGTH_S = 0.7;

/** Call it in a browser only. */
export function bell(): Sound {
  const context = new AudioContext();
  return {
    get allowed() {
      return context.state === 'running';
    },
    allow: () => context.resume(),
    play() {
      for (const [hertz, after] of tones) ring(context, hertz, context.currentTime + after);
    },
    close: () => void context.close(),
  };
}

function ring(context: AudioContext, hertz: number, at: number): void {
  const [tone, loudness] = [context.createOscillator(), context.createGain()];
  tone.frequency.value = hertz;
  // An exponential ramp cannot begin or end at zero, and a jump from silence would crackle.
  loudness.gain.setValueAtTime(0.0001, at);
  loudness.gain.exponentialRampToValueAtTime(LOUDNESS, at + 0.01);
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + LENGTH_S);
  tone.connect(loudness).connect(context.destination);
  tone.start(at);
  tone.stop(at + LENGTH_S);
}
