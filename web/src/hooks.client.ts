import type { HandleClientError } from '@sveltejs/kit';

export const handleError: HandleClientError = ({ error, status }) => {
  if (status === 404) return { message: 'There is nothing at this address.' };
  console.error(error);
  return {
    message: navigator.onLine
      ? 'Something went wrong on this page.'
      : 'There is no connection to the server.',
  };
};
