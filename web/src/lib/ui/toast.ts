export interface ToastMore {
  /** A toast of the same name is replaced, not joined by another. */
  id?: string;
  description?: string;
  action?: { label: string; act: () => void };
  /** It has been closed, or its time is over. */
  gone?: () => void;
}

/** Says something in passing. The toast library comes with the first word that needs it, not with the page. */
export async function say(text: string, { id, description, action, gone }: ToastMore = {}): Promise<void> {
  const { toast } = await import('./toaster');
  toast(text, {
    ...(id && { id }),
    ...(description && { description }),
    ...(action && { action: { label: action.label, onClick: action.act } }),
    ...(gone && { onDismiss: gone, onAutoClose: gone }),
  });
}
