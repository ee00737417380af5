import type { ExternalToast } from 'svelte-sonner';

export interface ToastMore {
  /** A toast replaces the last one of the same name. */
  id?: string;
  description?: string;
  action?: { label: string; act: () => void };
  /** The toast was closed, or its time is over. */
  gone?: () => void;
}

/** Shows a short message. The toast library loads with the first message, not with the page. */
export async function say(text: string, { id, description, action, gone }: ToastMore = {}): Promise<void> {
  const { toast } = await import('./toaster');
  const options: ExternalToast = {};
  if (id) options.id = id;
  if (description) options.description = description;
  if (action) options.action = { label: action.label, onClick: action.act };
  if (gone) {
    options.onDismiss = gone;
    options.onAutoClose = gone;
  }
  toast(text, options);
}
