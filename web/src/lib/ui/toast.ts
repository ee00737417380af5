/** Says something in passing. The toast library comes with the first word that needs it, not with the page. */
export async function say(text: string): Promise<void> {
  const { toast } = await import('./toaster');
  toast(text);
}
