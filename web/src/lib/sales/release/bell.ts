/** A sound without a file: two short tones, as of a counter bell. */
export interface Sound {
  /** Whether the browser lets it be heard now: before anybody has touched the page it does not. */
  readonly allowed: boolean;
  /** Somebody touched the page: asks the browser to let it be heard. Settles when it answered. */
  allow(): Promise<void>;
  play(): void;
  close(): void;
}

/** [hertz, seconds after the beginning]: C6 and G6, a fifth, carry through the noise of a room. */
const tones = [
  [1046.5, 0],
  [1568, 0.16],
] as const;
const LOUDNESS = 0.25;
const LENGTH_S = 0.7;

/** The browser's own synthesiser. Call it in a browser only. */
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
  // An exponential ramp cannot begin or end at nothing; a jump from silence would crackle.
  loudness.gain.setValueAtTime(0.0001, at);
  loudness.gain.exponentialRampToValueAtTime(LOUDNESS, at + 0.01);
  loudness.gain.exponentialRampToValueAtTime(0.0001, at + LENGTH_S);
  tone.connect(loudness).connect(context.destination);
  tone.start(at);
  tone.stop(at + LENGTH_S);
}
