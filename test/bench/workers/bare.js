/** Reference: a bare object with hibernatable sockets. It sends every line of a POST to every socket as one frame. */
import { DurableObject } from 'cloudflare:workers';

export class Bare extends DurableObject {
  fetch() {
    const { 0: client, 1: server } = new WebSocketPair();
    this.ctx.acceptWebSocket(server);
    return new Response(null, { status: 101, webSocket: client });
  }

  publish(frame) {
    for (const socket of this.ctx.getWebSockets()) socket.send(frame);
  }
}

export default {
  async fetch(request, env) {
    const object = env.OBJECTS.get(env.OBJECTS.idFromName('bare'));
    if (request.headers.get('Upgrade')) return object.fetch(request);
    const frames = (await request.text()).split('\n');
    await Promise.all(frames.map((frame) => object.publish(frame)));
    return new Response();
  },
};
