import { useId } from 'preact/hooks';

interface Props {
  label: string;
  value: string;
  choices: { id: string; name: string }[];
  describedBy?: string;
  onChange(id: string): void;
}

export function Picker({ label, value, choices, describedBy, onChange }: Props) {
  const id = useId();
  return (
    <div class="picker">
      <label for={id}>{label}</label>
      <select id={id} value={value} aria-describedby={describedBy} onChange={event => onChange(event.currentTarget.value)}>
        {choices.map(choice => <option key={choice.id} value={choice.id}>{choice.name}</option>)}
      </select>
    </div>
  );
}
