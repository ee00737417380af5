/** Reads a spreadsheet strictly: each part must be valid UTF-8 and XML 1.0 without forbidden characters. */
import { readXml } from 'hucre/xml';
import { expect } from 'vitest';

export const bytesOf = async (body: ReadableStream<Uint8Array> | null): Promise<Uint8Array> =>
  new Uint8Array(await new Response(body).arrayBuffer());

/** https://www.w3.org/TR/xml/#charsets; character references must not bring in others either. */
const NOT_XML = /[^\t\n\r\u0020-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]|&#/u;

export const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false });

/** Name → text of each part. Fails if a part is not well-formed. */
export async function partsOf(bytes: Uint8Array): Promise<Map<string, string>> {
  const parts = new Map<string, string>();
  for (const { name, packed, stored } of entriesOf(bytes)) {
    const stream = new Blob([packed]).stream();
    const inflated = stored ? stream : stream.pipeThrough(new DecompressionStream('deflate-raw'));
    const text = utf8.decode(await bytesOf(inflated));
    expect(NOT_XML.exec(text), name).toBeNull();
    expect(() => readXml(text), name).not.toThrow();
    parts.set(name, text);
  }
  expect([...parts.keys()]).toContain('[Content_Types].xml');
  return parts;
}

/** From the central directory (APPNOTE.TXT §4.3.12): only there is the size of a streamed part. */
function entriesOf(bytes: Uint8Array): { name: string; packed: Uint8Array; stored: boolean }[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = bytes.length - 22;
  expect(view.getUint32(end, true)).toBe(0x06054b50);
  const entries = [];
  let at = view.getUint32(end + 16, true);
  for (let left = view.getUint16(end + 10, true); left > 0; left -= 1) {
    const [nameLength, extra, comment] = [28, 30, 32].map((offset) => view.getUint16(at + offset, true));
    const name = new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + (nameLength ?? 0)));
    const local = view.getUint32(at + 42, true);
    const from = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
    const packed = bytes.subarray(from, from + view.getUint32(at + 20, true));
    entries.push({ name, packed, stored: view.getUint16(at + 10, true) === 0 });
    at += 46 + (nameLength ?? 0) + (extra ?? 0) + (comment ?? 0);
  }
  return entries;
}
