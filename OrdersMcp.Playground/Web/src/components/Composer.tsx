import type { RefObject } from 'preact';
import { useLayoutEffect, useState } from 'preact/hooks';
import type { Settings } from '../api/contract';
import { Icon } from './Icon';
import { Picker } from './Picker';

interface Props {
  settings: Settings;
  model: string;
  caller: string;
  isRunning: boolean;
  input: RefObject<HTMLTextAreaElement | null>;
  total: string | null;
  onModel(id: string): void;
  onCaller(id: string): void;
  onTools(): void;
  onAsk(prompt: string): void;
  onStop(): void;
}

const longestPrompt = 8000;

export function Composer(props: Props) {
  const { settings, model, caller, isRunning, input, total } = props;
  const [text, setText] = useState('');
  const description = settings.callers.find(choice => choice.id === caller)?.description;

  useLayoutEffect(() => {
    const area = input.current!;
    area.style.height = 'auto';
    area.style.height = `${area.scrollHeight}px`; // the style sheet sets the maximum
  }, [text]);

  const submit = () => {
    const prompt = text.trim();
    if (prompt !== '' && !isRunning) {
      setText('');
      props.onAsk(prompt);
    }
  };

  return (
    <form class="composer" aria-label="Ask" onSubmit={event => { event.preventDefault(); submit(); }}>
      <div class="composer-box">
        <label class="hidden" for="prompt">Your question</label>
        <textarea
          id="prompt" ref={input} rows={1} maxLength={longestPrompt} value={text} placeholder="Ask about your orders"
          aria-describedby="composer-keys" enterkeyhint="send"
          onInput={event => setText(event.currentTarget.value)}
          onKeyDown={event => {
            // While an input method composes a word, Enter belongs to it.
            if (event.key === 'Enter' && !event.shiftKey && !event.isComposing) {
              event.preventDefault();
              submit();
            }
          }}
        />
        <div class="composer-row">
          <Picker label="Model" value={model} choices={settings.models} onChange={props.onModel} />
          <Picker label="Caller" value={caller} choices={settings.callers} onChange={props.onCaller} describedBy={description ? 'caller-may' : undefined} />
          <span class="grow" />
          {isRunning
            ? <button key="stop" type="button" class="send stop" onClick={props.onStop}><Icon name="stop" size={18} /><span class="hidden">Stop</span></button>
            : <button key="send" type="submit" class="send" disabled={text.trim() === ''}><Icon name="send" /><span class="hidden">Send</span></button>}
        </div>
      </div>
      <p id="composer-keys" class="hidden">Enter sends. Shift and Enter starts a new line.</p>
      <div class="composer-foot">
        <p id="caller-may">{description}</p>
        <button type="button" class="link" aria-haspopup="dialog" onClick={props.onTools}>What can this caller do?</button>
        {total && <p class="total">{total}</p>}
      </div>
    </form>
  );
}
