import { useEffect, useId, useRef, useState } from 'preact/hooks';
import type { Answer, Json, JsonObject, Question } from '../api/contract';
import { ArgumentList } from '../results/ArgumentList';
import { isObject, labelOf } from '../results/shape';
import { Icon } from './Icon';

interface Props {
  question: Question;
  title: string;
  /** Null if the model asks. */
  app: string | null;
  caller: string;
  onAnswer(answer: Answer): void;
}

/**
 * Asks the person about one exact call. Decline has the focus, and Escape declines: nobody confirms by accident. The
 * message comes from the server, the arguments are those that it will get.
 */
export function ConfirmDialog({ question, title, app, caller, onAnswer }: Props) {
  const dialog = useRef<HTMLDialogElement>(null);
  const decline = useRef<HTMLButtonElement>(null);
  const id = useId();
  const fields = fieldsOf(question.schema);
  const [values, setValues] = useState<JsonObject>(() => Object.fromEntries(fields.map(field => [field.name, field.initial])));
  // A form with nothing but one yes or no is the button itself.
  const consent = fields.length === 1 && fields[0]!.type === 'boolean' ? fields[0]! : null;

  useEffect(() => {
    const before = document.activeElement;
    dialog.current!.showModal();
    decline.current!.focus();
    return () => {
      if (before instanceof HTMLElement && before.isConnected) {
        before.focus();
      }
    };
  }, []);

  const answer = (isAccepted: boolean) => onAnswer({
    id: question.id,
    action: isAccepted ? 'accept' : 'decline',
    ...(isAccepted ? { content: consent ? { [consent.name]: true } : withoutEmpty(values) } : {}),
    state: question.state,
  });

  return (
    <dialog
      ref={dialog} class="dialog" aria-labelledby={`${id}-title`} aria-describedby={`${id}-message`}
      onCancel={event => { event.preventDefault(); answer(false); }}
    >
      <form onSubmit={event => { event.preventDefault(); answer(true); }}>
        <div class="dialog-head">
          <span class="dialog-mark"><Icon name="warning" size={22} /></span>
          <div>
            <h2 id={`${id}-title`}>Confirm: {title}</h2>
            <p class="muted">{app ? `The app of “${app}”` : 'The model'} wants to make this call as “{caller}”.</p>
          </div>
        </div>
        <p id={`${id}-message`} class="dialog-message">{question.message}</p>
        <div class="exact" role="group" aria-label="The exact call">
          <h3><code>{question.name}</code></h3>
          <ArgumentList values={question.arguments} />
        </div>
        {!consent && fields.map(field => (
          <FormField key={field.name} field={field} value={values[field.name]} onChange={value => setValues({ ...values, [field.name]: value })} />
        ))}
        <div class="dialog-foot">
          <button type="button" class="button" ref={decline} onClick={() => answer(false)}>Decline</button>
          <button type="submit" class="button danger">{consent?.label ?? 'Confirm'}</button>
        </div>
      </form>
    </dialog>
  );
}

interface Field {
  name: string;
  label: string;
  description: string | null;
  type: 'boolean' | 'number' | 'choice' | 'text';
  choices: string[];
  isRequired: boolean;
  initial: Json;
}

/** The fields of an elicitation form: MCP allows flat objects of primitive values. */
function fieldsOf(schema: Json): Field[] {
  const properties = isObject(schema) && isObject(schema.properties) ? schema.properties : {};
  const required = isObject(schema) && Array.isArray(schema.required) ? schema.required : [];
  return Object.entries(properties).map(([name, value]) => {
    const property = isObject(value) ? value : {};
    const choices = Array.isArray(property.enum) ? property.enum.map(String) : [];
    const type = choices.length > 0 ? 'choice' : property.type === 'boolean' ? 'boolean'
      : property.type === 'number' || property.type === 'integer' ? 'number' : 'text';
    return {
      name, type, choices, isRequired: required.includes(name),
      label: typeof property.title === 'string' ? property.title : labelOf(name),
      description: typeof property.description === 'string' ? property.description : null,
      initial: property.default ?? (type === 'boolean' ? false : ''),
    };
  });
}

const withoutEmpty = (values: JsonObject): JsonObject => Object.fromEntries(Object.entries(values).filter(([, value]) => value !== ''));

function FormField({ field, value, onChange }: { field: Field; value: Json | undefined; onChange(value: Json): void }) {
  const id = useId();
  const shared = { id, required: field.isRequired, 'aria-describedby': field.description ? `${id}-about` : undefined };
  return (
    <div class="field">
      <label for={id}>{field.label}</label>
      {field.type === 'boolean' ? <input {...shared} type="checkbox" checked={value === true} onChange={event => onChange(event.currentTarget.checked)} />
        : field.type === 'choice' ? (
          <select {...shared} value={String(value)} onChange={event => onChange(event.currentTarget.value)}>
            <option value="" />{field.choices.map(choice => <option key={choice}>{choice}</option>)}
          </select>
        )
        : field.type === 'number' ? (
          <input {...shared} type="number" step="any" value={String(value)} onInput={event => onChange(event.currentTarget.value === '' ? '' : event.currentTarget.valueAsNumber)} />
        )
        : <input {...shared} type="text" value={String(value)} onInput={event => onChange(event.currentTarget.value)} />}
      {field.description && <p id={`${id}-about`} class="muted">{field.description}</p>}
    </div>
  );
}
