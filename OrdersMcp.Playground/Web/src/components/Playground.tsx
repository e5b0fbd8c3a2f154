import { useCallback, useRef, useState } from 'preact/hooks';
import type { AskPerson } from '../apps/AppFrame';
import type { Answer, Question, Settings } from '../api/contract';
import { callsOf, lastRun, sumOf, type Conversation } from '../conversation/conversation';
import { casesOf } from '../conversation/evaluation';
import { load } from '../conversation/storage';
import { isAskable, useChat } from '../conversation/useChat';
import { useSaving } from '../conversation/useSaving';
import { labelOf } from '../results/shape';
import { announcementOf } from './announcements';
import { Composer } from './Composer';
import { ConfirmDialog } from './ConfirmDialog';
import { download } from './download';
import { count, money } from './format';
import { Header } from './Header';
import { Icon } from './Icon';
import { RunView } from './RunView';
import { ThemeContext, useTheme } from './theme';
import { ToolsDialog } from './ToolsDialog';
import { useFollowing } from './useFollowing';
import { Welcome } from './Welcome';

interface AppQuestion {
  question: Question;
  app: string;
  caller: string;
  resolve(answer: Answer): void;
}

export function Playground({ settings }: { settings: Settings }) {
  const [saved] = useState(() => load(sessionStorage));
  const [model, setModel] = useState(() => known(settings.models, saved.model) ?? settings.defaultModel);
  const [caller, setCaller] = useState(() => known(settings.callers, saved.caller) ?? settings.defaultCaller);
  const [theme, switchTheme] = useTheme();
  const [appQuestions, setAppQuestions] = useState<AppQuestion[]>([]);
  const [showsTools, setShowsTools] = useState(false);
  const input = useRef<HTMLTextAreaElement>(null);
  const chat = useChat(saved.conversation, model, caller, settings.limits.seconds);
  const { conversation } = chat;
  const isEmpty = conversation.runs.length === 0;
  const main = useRef<HTMLElement>(null);
  const { isFollowing, follow } = useFollowing(main, isEmpty);
  const isIdle = isAskable(conversation);
  const nameOf = (id: string) => settings.callers.find(choice => choice.id === id)?.name ?? id;

  const isKept = useSaving({ conversation, model, caller });

  const askPerson = useCallback<AskPerson>((question, app, as) => new Promise(resolve => {
    setAppQuestions(before => [...before, { question, app, caller: as, resolve }]);
  }), []);

  const ask = (prompt: string) => {
    chat.ask(prompt);
    follow();
    input.current?.focus();
  };
  // The button that was pressed is gone then, and the focus must not go with it.
  const stop = () => {
    chat.stop();
    input.current?.focus();
  };
  const retry = () => {
    chat.retry();
    follow();
    input.current?.focus();
  };
  const clear = () => {
    chat.clear();
    input.current?.focus();
  };

  const question = conversation.questions[0];
  const appQuestion = appQuestions[0];
  return (
    <ThemeContext.Provider value={theme}>
      <a class="skip" href="#prompt" onClick={event => { event.preventDefault(); input.current?.focus(); }}>Skip to the question</a>
      <Header
        theme={theme} isEmpty={isEmpty} dashboardUrl={settings.dashboardUrl} onTheme={switchTheme} onNew={clear}
        onSave={() => download('playground-cases.json', casesOf(conversation))}
      />
      <main ref={main} aria-label="Conversation" class={isEmpty ? 'main start' : 'main'}>
        {isEmpty ? <Welcome settings={settings} onAsk={ask} /> : conversation.runs.map((run, i) => (
          <RunView key={i} run={run} isLast={i === conversation.runs.length - 1} askPerson={askPerson} onRetry={retry} />
        ))}
      </main>
      <div class="dock">
        {!isFollowing && <button type="button" class="latest" onClick={follow}><Icon name="down" size={16} />Latest</button>}
        {!isKept && <p class="notice slim">This conversation is too long for the browser to keep over a reload.</p>}
        <Composer
          settings={settings} model={model} caller={caller} isRunning={!isIdle} input={input} total={totalOf(conversation)}
          onModel={setModel} onCaller={setCaller} onTools={() => setShowsTools(true)} onAsk={ask} onStop={stop}
        />
      </div>
      <p class="hidden" role="status" aria-live="polite">{announcementOf(conversation)}</p>
      {question && (
        <ConfirmDialog
          key={question.state} question={question} app={null} caller={nameOf(lastRun(conversation)!.caller)}
          title={titleOf(conversation, question)} onAnswer={chat.answer}
        />
      )}
      {!question && appQuestion && (
        <ConfirmDialog
          key={appQuestion.question.state} question={appQuestion.question} app={appQuestion.app} caller={nameOf(appQuestion.caller)}
          title={labelOf(appQuestion.question.name)}
          onAnswer={answer => {
            setAppQuestions(before => before.slice(1));
            appQuestion.resolve(answer);
          }}
        />
      )}
      {showsTools && <ToolsDialog caller={settings.callers.find(choice => choice.id === caller)!} onClose={() => setShowsTools(false)} />}
    </ThemeContext.Provider>
  );
}

const known = (choices: { id: string }[], id: string | null) => choices.find(choice => choice.id === id)?.id;

function titleOf(conversation: Conversation, question: Question): string {
  const call = callsOf(lastRun(conversation)!).find(each => each.id === question.id);
  return call?.title ?? labelOf(question.name);
}

/** The usage of the whole conversation, once it has more than one question. */
function totalOf(conversation: Conversation): string | null {
  const usage = sumOf(conversation.runs.flatMap(run => run.usages));
  return usage && conversation.runs.length > 1
    ? [count(usage.inputTokens + usage.outputTokens, 'token'), usage.cost !== null && usage.cost > 0 && usage.currency !== null && money(usage.cost, usage.currency)]
      .filter(Boolean).join(' · ')
    : null;
}
