/** The network of a browser's page, at the page's own origin. */
import { tolerant } from '$contract/tolerant';
import { Heads, Since } from '$contract/wire';
import * as v from 'valibot';
import { answerOf, type Network, SILENT, UNAVAILABLE } from './network';

const TIMEOUT_MS = 10_000;

export const browserNetwork: Network = {
  connect(channel, { epoch, head }, watches) {
    const url = new URL(`/api/v1/channels/${channel}/socket?epoch=${epoch}&since=${head}`, location.href);
    if (watches) url.searchParams.set('presence', 'watch');
    url.protocol = url.protocol.replace('http', 'ws');
    return new WebSocket(url);
  },
  async since(channel, { epoch, head }) {
    return v.parse(
      tolerant(Since),
      await get(`/api/v1/channels/${channel}/events?epoch=${epoch}&since=${head}`),
    );
  },
  async heads(channels) {
    return v.parse(tolerant(Heads), await get(`/api/v1/channels/heads?names=${channels.join(',')}`));
  },
  isVisible: () => document.visibilityState === 'visible',
  doubt: () => dispatchEvent(new Event(SILENT)),
  watch({ resumed, silent, cut, unavailable }) {
    const watch = new AbortController();
    const visible = () => {
      if (document.visibilityState === 'visible') resumed();
    };
    for (const event of ['freeze', 'resume']) document.addEventListener(event, resumed, watch);
    document.addEventListener('visibilitychange', visible, watch);
    addEventListener('focus', visible, watch);
    addEventListener('online', visible, watch);
    addEventListener('pageshow', ({ persisted }) => persisted && resumed(), watch);
    if (silent) addEventListener(SILENT, silent, watch);
    if (cut) addEventListener('offline', cut, watch);
    if (unavailable) addEventListener(UNAVAILABLE, unavailable, watch);
    return () => watch.abort();
  },
};

const get = (path: string): Promise<unknown> =>
  answerOf<unknown>(fetch(path, { signal: AbortSignal.timeout(TIMEOUT_MS) }));
