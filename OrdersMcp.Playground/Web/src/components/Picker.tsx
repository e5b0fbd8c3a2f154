interface Props {
  label: string;
  value: string;
  choices: { id: string; name: string }[];
  describedBy?: string;
  onChange(id: string): void;
}

export function Picker({ label, value, choices, describedBy, onChange }: Props) {
  return (
    <label class="picker">
      <span>{label}</span>
      <select value={value} aria-describedby={describedBy} onChange={event => onChange(event.currentTarget.value)}>
        {choices.map(choice => <option key={choice.id} value={choice.id}>{choice.name}</option>)}
      </select>
    </label>
  );
}
