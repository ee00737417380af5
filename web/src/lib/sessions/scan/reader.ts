/** Reads QR codes: by the browser's own reader, or by one of ours (WebAssembly), which is loaded only where it is needed. */

/** What both of them can do. */
export interface Reader {
  detect(image: HTMLVideoElement): Promise<{ rawValue: string }[]>;
}
interface ReaderClass {
  new (options: { formats: ['qr_code'] }): Reader;
  getSupportedFormats(): Promise<readonly string[]>;
}
declare global {
  interface Window {
    /** Not in every browser. */
    BarcodeDetector?: ReaderClass;
  }
}

const formats: { formats: ['qr_code'] } = { formats: ['qr_code'] };

const readable = (own: ReaderClass): Promise<readonly string[]> => own.getSupportedFormats().catch(() => []);

/** @throws when neither could be loaded */
export async function readerHere(): Promise<Reader> {
  const own = window.BarcodeDetector;
  if (own && (await readable(own)).includes('qr_code')) return new own(formats);
  const [{ BarcodeDetector, prepareZXingModule }, { default: wasm }] = await Promise.all([
    import('barcode-detector/ponyfill'),
    import('zxing-wasm/reader/zxing_reader.wasm?url'),
  ]);
  // By default it would fetch its WebAssembly from another site.
  await prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  return new BarcodeDetector(formats);
}
