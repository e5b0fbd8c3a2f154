import { useState } from 'preact/hooks';
import { AppFrame, type AskPerson } from '../apps/AppFrame';
import type { Call } from '../conversation/conversation';
import { ArgumentList } from '../results/ArgumentList';
import { ResultView } from '../results/ResultView';
import { cellOf, labelOf } from '../results/shape';
import { count, duration } from './format';
import { Icon, type IconName } from './Icon';

interface Props {
  call: Call;
  caller: string;
  askPerson: AskPerson;
}

type Look = { icon: IconName | null; text: string; tone: string };

const lookOf = (call: Call): Look => call.state === 'running' ? { icon: null, text: 'Running', tone: 'busy' }
  : call.state === 'asking' ? { icon: 'question', text: 'Waiting for your answer', tone: 'warn' }
  : call.state === 'interrupted' ? { icon: 'stop', text: 'Interrupted', tone: 'muted' }
  : call.isDeclined ? { icon: 'cross', text: 'Declined', tone: 'muted' }
  : call.result?.isError ? { icon: 'warning', text: 'Failed', tone: 'bad' }
  : { icon: 'check', text: 'Finished', tone: 'good' };

/** A tool call: closed it is one line, open it shows the arguments and the result. */
export function CallCard({ call, caller, askPerson }: Props) {
  const { result } = call;
  const look = lookOf(call);
  // An app shows the result itself. An error is what a developer wants to read.
  const [chosen, setOpen] = useState<boolean>();
  const isOpen = chosen ?? (result !== undefined && !result.app && !call.isDeclined);
  const isPlain = look.tone === 'good';
  const title = call.title ?? labelOf(call.name);
  const inBrief = Object.entries(call.arguments).map(([name, value]) => `${labelOf(name)}: ${cellOf(value)}`).join(' · ');
  return (
    <div class={`call ${look.tone}`} role="group" aria-label={`Tool call: ${title}`}>
      <h3>
        <button type="button" class="call-head" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          <span class="call-state">{look.icon ? <Icon name={look.icon} size={16} /> : <span class="spinner" aria-hidden="true" />}</span>
          <span class="call-name"><strong>{title}</strong> <code>{call.name}</code></span>
          {isPlain && <span class="hidden">{look.text}</span>}
          <Icon name="chevron" size={16} />
        </button>
      </h3>
      <p class="call-facts">
        {!isPlain && <span class="tag tone">{look.text}</span>}
        {!call.readOnly && <span class={call.destructive ? 'tag danger' : 'tag'}>{call.destructive ? 'Destructive' : 'Changes data'}</span>}
        {result && <span>{duration(result.durationMs)}</span>}
        {result && <span title="Estimate of what the model reads">{count(result.tokens, 'token')}</span>}
        {result?.traceUrl && <a href={result.traceUrl} target="_blank" rel="noopener">Trace<Icon name="external" size={14} /></a>}
        {!isOpen && inBrief !== '' && <span class="brief">{inBrief}</span>}
      </p>
      {call.state === 'running' && call.progress && <Progress {...call.progress} />}
      {isOpen && (
        <div class="call-body">
          <ArgumentList values={call.arguments} />
          {result && <ResultView result={result} />}
        </div>
      )}
      {result?.app && !result.isError && (
        <AppFrame uri={result.app.uri} title={title} call={call} result={result} caller={caller} askPerson={askPerson} />
      )}
    </div>
  );
}

function Progress({ progress, total, message }: NonNullable<Call['progress']>) {
  return (
    <div class="progress">
      <progress max={total ?? undefined} value={total === null ? undefined : progress} aria-label="Progress" />
      {message && <span>{message}</span>}
    </div>
  );
}
