import { takeOverAs } from '$contract/takeover';
import { version } from '$service-worker';

/** Whether a page's message lets this version take over from the one before. */
export const letsTakeOver = (message: unknown): boolean => message === takeOverAs(version);
