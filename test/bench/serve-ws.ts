/** Reference: Node with `ws`. It sends every line of a POST to every socket as one frame. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { WebSocket, WebSocketServer } from 'ws';
import { serving } from './serving.ts';

const http = createServer((request, response) => {
  void text(request).then((body) => {
    for (const frame of body.split('\n')) {
      for (const socket of sockets.clients) if (socket.readyState === WebSocket.OPEN) socket.send(frame);
    }
    response.end();
  });
});
const sockets = new WebSocketServer({ server: http, perMessageDeflate: false });
http.listen(0, '127.0.0.1', () =>
  serving((http.address() as AddressInfo).port, {
    end: () => {
      http.closeAllConnections();
      return Promise.resolve();
    },
  }),
);
