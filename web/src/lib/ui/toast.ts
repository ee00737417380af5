export interface ToastMore {
  /** A toast of the same name is replaced, not joined by another. */
  id?: string;
  description?: string;
  action?: { label: string; act: () => void };
  /** Said at the top, where something at the bottom is to stay in reach. */
  above?: boolean;
  /** It has been closed, or its time is over. */
  gone?: () => void;
}

/** Says something in passing. The toast library comes with the first word that needs it, not with the page. */
export async function say(
  text: string,
  { id, description, action, above, gone }: ToastMore = {},
): Promise<void> {
  const { toast } = await import('./toaster');
  toast(text, {
    ...(id && { id }),
    ...(description && { description }),
    ...(above && { position: 'top-center' }),
    ...(action && { action: { label: action.label, onClick: action.act } }),
    ...(gone && { onDismiss: gone, onAutoClose: gone }),
  });
}
