import type { Reader } from './reader';

export type CameraState = 'starting' | 'on' | 'paused' | 'denied' | 'missing' | 'failed';

interface Dependencies {
  /** Loaded once there is a picture: it may weigh more than the page. */
  reader(): Promise<Reader>;
  /** Called for each QR code. @returns whether to stop */
  read(text: string): boolean;
}

/** Between two reads: rare enough to keep a phone cool. */
const LOOK_MS = 120;

/** The rear camera, read for QR codes while the page is visible. */
export class Camera {
  #state = $state<CameraState>('starting');
  #torch = $state<boolean>();
  #stream: MediaStream | undefined;
  #video: HTMLVideoElement | undefined;
  /** Grows with each start and stop: an earlier call that was waiting then gives up. */
  #turn = 0;

  constructor(private readonly it: Dependencies) {}

  get state(): CameraState {
    return this.#state;
  }

  /** Whether the torch is on; undefined without one. */
  get torch(): boolean | undefined {
    return this.#torch;
  }

  /** Shows the picture in `video` while the page is visible, until the returned function is called. */
  follow(video: HTMLVideoElement): () => void {
    this.#video = video;
    const seen = () => (document.visibilityState === 'visible' ? void this.start() : this.#pause());
    document.addEventListener('visibilitychange', seen);
    seen();
    return () => {
      document.removeEventListener('visibilitychange', seen);
      this.#stop();
    };
  }

  /** Asks for the camera, also again after a refusal. */
  async start(): Promise<void> {
    const video = this.#video;
    this.#stop();
    if (!video) return;
    const turn = this.#turn;
    this.#state = 'starting';
    try {
      const stream = await rearCamera();
      if (turn !== this.#turn) return end(stream);
      this.#stream = stream;
      video.srcObject = stream;
      const [reader] = await Promise.all([this.it.reader(), video.play()]);
      if (turn !== this.#turn) return;
      this.#state = 'on';
      this.#torch = hasTorch(stream) ? false : undefined;
      await this.#look(video, reader, turn);
    } catch (error) {
      if (turn !== this.#turn) return;
      this.#stop();
      this.#state = why(error);
    }
  }

  async turnTorch(): Promise<void> {
    const [track] = this.#stream?.getVideoTracks() ?? [];
    const on = !this.#torch;
    const light: MediaTrackConstraintSet & { torch: boolean } = { torch: on };
    await track?.applyConstraints({ advanced: [light] }).then(
      () => (this.#torch = on),
      () => (this.#torch = undefined),
    );
  }

  async #look(video: HTMLVideoElement, reader: Reader, turn: number): Promise<void> {
    while (turn === this.#turn) {
      // An unreadable frame is skipped.
      const found = await reader.detect(video).catch(() => []);
      if (turn !== this.#turn) return;
      if (found.some(({ rawValue }) => this.it.read(rawValue))) return this.#stop();
      await new Promise((done) => setTimeout(done, LOOK_MS));
    }
  }

  #pause(): void {
    this.#stop();
    this.#state = 'paused';
  }

  #stop(): void {
    this.#turn += 1;
    if (this.#stream) end(this.#stream);
    this.#stream = undefined;
    this.#torch = undefined;
    if (this.#video) this.#video.srcObject = null;
  }
}

const rearCamera = (): Promise<MediaStream> =>
  'mediaDevices' in navigator
    ? navigator.mediaDevices.getUserMedia({
        audio: false,
        video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 720 } },
      })
    : Promise.reject(new DOMException('no camera here', 'NotFoundError'));

const end = (stream: MediaStream): void => stream.getTracks().forEach((track) => track.stop());

const hasTorch = (stream: MediaStream): boolean =>
  stream.getVideoTracks().some((track) => 'torch' in track.getCapabilities());

function why(error: unknown): CameraState {
  if (!(error instanceof DOMException)) return 'failed';
  if (error.name === 'NotAllowedError' || error.name === 'SecurityError') return 'denied';
  return error.name === 'NotFoundError' || error.name === 'OverconstrainedError' ? 'missing' : 'failed';
}
