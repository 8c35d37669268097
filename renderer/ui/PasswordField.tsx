// A field whose value is not shown.
import { TextField } from './TextField.tsx';
import type { TextFieldProps } from './TextField.tsx';

export function PasswordField(props: Omit<TextFieldProps, 'type' | 'list' | 'isMono'>) {
  return <TextField {...props} type="password" />;
}
