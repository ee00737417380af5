/** What is read around a control. */
export interface FieldText {
  label: string;
  hint?: string | undefined;
  /** Says what is wrong and how to put it right. */
  error?: string | undefined;
}
