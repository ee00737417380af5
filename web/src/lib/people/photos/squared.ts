/** Pixels a side: sharp as a large portrait, about 60 kB. */
const SIDE = 640;
const QUALITY = 0.85;

/**
 * The middle of a picture as a small upright JPEG, without the camera's metadata: the place may not leave the device.
 * @throws DOMException if the browser cannot read the file as a picture
 */
export async function squared(file: Blob): Promise<Blob> {
  const picture = await createImageBitmap(file, { imageOrientation: 'from-image' });
  const { width, height } = picture;
  const cut = Math.min(width, height);
  const side = Math.min(SIDE, cut);
  const canvas = new OffscreenCanvas(side, side);
  const context = canvas.getContext('2d');
  if (!context) throw new DOMException('This browser can’t process the picture.');
  context.fillStyle = 'white'; // a JPEG has no transparency
  context.fillRect(0, 0, side, side);
  context.drawImage(picture, (width - cut) / 2, (height - cut) / 2, cut, cut, 0, 0, side, side);
  picture.close();
  return canvas.convertToBlob({ type: 'image/jpeg', quality: QUALITY });
}
