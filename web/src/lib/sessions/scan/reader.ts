/** Reads QR codes with the browser's reader, or with WebAssembly where the browser has none. */

export interface Reader {
  detect(image: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
interface ReaderClass {
  new (options: { formats: ['qr_code'] }): Reader;
  getSupportedFormats(): Promise<readonly string[]>;
}
declare global {
  interface Window {
    /** Missing in some browsers. */
    BarcodeDetector?: ReaderClass;
  }
}

const formats: { formats: ['qr_code'] } = { formats: ['qr_code'] };

const readable = (own: ReaderClass): Promise<readonly string[]> => own.getSupportedFormats().catch(() => []);

/** @throws when neither loads */
export async function readerHere(): Promise<Reader> {
  const own = window.BarcodeDetector;
  if (own && (await readable(own)).includes('qr_code')) return new own(formats);
  const [{ BarcodeDetector, prepareZXingModule }, { default: wasm }] = await Promise.all([
    import('barcode-detector/ponyfill'),
    import('zxing-wasm/reader/zxing_reader.wasm?url'),
  ]);
  // By default the package fetches its WebAssembly from another site.
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  return new BarcodeDetector(formats);
}
