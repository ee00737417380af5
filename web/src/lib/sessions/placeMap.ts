import L from 'leaflet';
import 'leaflet/dist/leaflet.css';
import type { Place } from './SessionDraft.svelte';

const [WORLD, CLOSE] = [2, 17];

/** Grid lines; the scale control shows their distance. */
class Grid extends L.GridLayer {
  protected override createTile(): HTMLElement {
    const tile = document.createElement('div');
    const colour = 'color-mix(in srgb, var(--edge) 45%, transparent)';
    const line = `linear-gradient(${colour}, ${colour})`;
    Object.assign(tile.style, {
      border: `solid ${colour}`,
      borderWidth: '1px 0 0 1px',
      backgroundImage: `${line}, ${line}`,
      backgroundSize: '1px 100%, 100% 1px',
      backgroundPosition: 'center',
      backgroundRepeat: 'no-repeat',
    });
    return tile;
  }
}

/**
 * A map that fetches no tiles. Keys do not move it, since a map would trap the focus: the fields beside it are for the
 * keyboard.
 * @param put called with the pin's new position
 */
export function placing(box: HTMLElement, first: Place | null, put: (at: L.LatLng) => void) {
  const map = L.map(box, { attributionControl: false, keyboard: false, zoomControl: true });
  new Grid().addTo(map);
  L.control.scale({ imperial: false }).addTo(map);
  const pin = L.marker([0, 0], {
    draggable: true,
    keyboard: false,
    autoPan: true,
    icon: L.divIcon({ className: 'pin', iconSize: [26, 26], iconAnchor: [13, 31] }),
  });
  const circle = L.circle([0, 0], { radius: 100, weight: 2, className: 'reach' });
  pin.on('drag', () => circle.setLatLng(pin.getLatLng()));
  pin.on('dragend', () => put(pin.getLatLng().wrap()));
  map.on('click', ({ latlng }: L.LeafletMouseEvent) => put(latlng.wrap()));
  map.setView([first?.lat ?? 30, first?.lng ?? 0], first?.lat == null ? WORLD : CLOSE);

  let shown = first?.lat != null;
  return {
    show(place: Place | null): void {
      const { lat, lng, radius } = place ?? { lat: null, lng: null, radius: null };
      if (lat === null || lng === null || Math.abs(lat) > 85 || Math.abs(lng) > 180) {
        pin.remove();
        circle.remove();
        return;
      }
      pin.setLatLng([lat, lng]).addTo(map);
      circle.setLatLng([lat, lng]).addTo(map);
      circle.setRadius(Math.min(5_000, Math.max(1, radius ?? 1)));
      const { color } = getComputedStyle(box);
      circle.setStyle({ color });
      if (!shown || !map.getBounds().contains([lat, lng]))
        map.setView([lat, lng], shown ? map.getZoom() : CLOSE, { animate: false });
      shown = true;
    },
    remove: (): void => void map.remove(),
  };
}
