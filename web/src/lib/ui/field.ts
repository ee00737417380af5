export interface FieldText {
  label: string;
  hint?: string | undefined;
  /** What is wrong and how to correct it. */
  error?: string | undefined;
}
