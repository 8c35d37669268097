// A field for one line of text, with its label, what it is for, what is wrong with it, and what was used before.
import { useContext, useEffect, useRef } from 'react';
import type { KeyboardEvent, ReactNode } from 'react';
import {
  ComboBox,
  ComboBoxStateContext,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  Text,
  TextField as Field,
} from 'react-aria-components';
import { classes } from './classes.ts';
import styles from './Field.module.css';
import { Icon } from './Icon.tsx';
import type { IconName } from './Icon.tsx';
import { Keys } from './Keys.tsx';

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (value: string) => void;
  /** The label stands elsewhere, or the field speaks for itself; it is still told. */
  readonly hideLabel?: boolean;
  readonly placeholder?: string;
  readonly hint?: ReactNode;
  /** What is wrong with the value, one sentence. */
  readonly error?: string | undefined;
  /** Behind the value: `.airlock`, `MB/s`. */
  readonly suffix?: string;
  readonly isMono?: boolean;
  readonly autoFocus?: boolean;
  readonly isDisabled?: boolean;
  /** ↵ */
  readonly onSubmit?: (value: string) => void;
  readonly onPaste?: (text: string) => boolean;
  readonly icon?: IconName;
  readonly keys?: string;
  /** Completions. */
  readonly list?: readonly string[];
  readonly type?: 'text' | 'password';
}

/** `onPaste` returns true where it took the pasted text for itself. */
export function TextField(props: TextFieldProps) {
  const { label, hideLabel, hint, error } = props;
  const about = (
    <>
      <Label className={hideLabel === true ? (styles['hidden'] ?? '') : (styles['label'] ?? '')}>
        {label}
      </Label>
      <Box {...props} />
      {hint !== undefined && (
        <Text slot="description" className={styles['hint'] ?? ''}>
          {hint}
        </Text>
      )}
      <FieldError className={styles['error'] ?? ''}>{error}</FieldError>
    </>
  );
  const common = {
    className: styles['field'] ?? '',
    isInvalid: error !== undefined,
    isDisabled: props.isDisabled ?? false,
  };
  if (props.list === undefined)
    return (
      <Field {...common} value={props.value} onChange={props.onChange} type={props.type ?? 'text'}>
        {about}
      </Field>
    );
  const items = props.list.map((text) => ({ id: text }));
  return (
    <ComboBox
      {...common}
      allowsCustomValue
      menuTrigger="input"
      inputValue={props.value}
      onInputChange={props.onChange}
      items={items}
      defaultFilter={() => true}
    >
      {about}
      <OpenWhenFound count={items.length} />
      <Popover className={styles['popover'] ?? ''} offset={2}>
        <ListBox<{ id: string }> className={styles['options'] ?? ''}>
          {({ id }) => (
            <ListBoxItem id={id} textValue={id} className={styles['option'] ?? ''}>
              {id}
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}

/** Completions may come later than the text that they complete: the menu opens when they are there. */
function OpenWhenFound({ count }: { readonly count: number }) {
  const state = useContext(ComboBoxStateContext);
  const latest = useRef(state);
  useEffect(() => {
    latest.current = state;
  });
  useEffect(() => {
    const menu = latest.current;
    if (count > 0 && menu !== null && menu.isFocused && !menu.isOpen) menu.open(null, 'input');
  }, [count]);
  return null;
}

function Box(props: TextFieldProps) {
  const { icon, suffix, keys, placeholder, autoFocus, isMono, onSubmit, onPaste, error } = props;
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key !== 'Enter' || event.ctrlKey || event.metaKey || onSubmit === undefined) return;
    // ↵ takes the completion that is pointed at; the next one submits it.
    if (event.currentTarget.hasAttribute('aria-activedescendant')) return;
    event.preventDefault();
    onSubmit(event.currentTarget.value);
  };
  return (
    <span className={classes(styles['box'], error !== undefined && styles['bad'])}>
      {icon !== undefined && <Icon name={icon} />}
      <Input
        className={classes(styles['input'], isMono === true && styles['mono'])}
        placeholder={placeholder ?? ''}
        autoFocus={autoFocus ?? false}
        autoComplete="off"
        spellCheck={false}
        onKeyDown={onKeyDown}
        onPaste={(event) => {
          if (onPaste?.(event.clipboardData.getData('text/plain')) === true) event.preventDefault();
        }}
      />
      {suffix !== undefined && <span className={styles['suffix']}>{suffix}</span>}
      {keys !== undefined && props.value === '' && <Keys keys={keys} />}
    </span>
  );
}
