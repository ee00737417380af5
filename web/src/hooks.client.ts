import type { HandleClientError } from '@sveltejs/kit';

export const handleError: HandleClientError = ({ error, status }) => {
  if (status === 404) return { message: 'There is no page at this address.' };
  console.error(error);
  return {
    message: navigator.onLine ? 'Something went wrong on this page.' : 'No connection to the server.',
  };
};
