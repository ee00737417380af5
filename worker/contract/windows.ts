/** From the service worker to a window, with a port: the window answers there with the address that it shows. */
export const WHERE = 'where';
