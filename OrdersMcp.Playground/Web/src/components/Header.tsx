import { Icon } from './Icon';
import type { Theme } from './theme';

interface Props {
  theme: Theme;
  isEmpty: boolean;
  dashboardUrl: string | null | undefined;
  onTheme(): void;
  onNew(): void;
  onSave(): void;
}

export function Header({ theme, isEmpty, dashboardUrl, onTheme, onNew, onSave }: Props) {
  return (
    <header class="header">
      <h1 class="brand"><span class="brand-mark"><Icon name="receipt" size={18} /></span>Orders playground</h1>
      <nav class="header-actions" aria-label="Actions">
        {dashboardUrl && (
          <a class="quiet-button wide-only" href={dashboardUrl} target="_blank" rel="noopener">Dashboard<Icon name="external" size={16} /></a>
        )}
        <button type="button" class="quiet-button" disabled={isEmpty} onClick={onSave} title="Download this conversation as evaluation cases">
          <Icon name="save" size={18} /><span class="wide-text">Save as evaluation</span>
        </button>
        <button type="button" class="quiet-button" disabled={isEmpty} onClick={onNew} title="Start a new conversation">
          <Icon name="plus" size={18} /><span class="wide-text">New conversation</span>
        </button>
        <button type="button" class="quiet-button square" aria-pressed={theme === 'dark'} onClick={onTheme} title="Dark theme">
          <Icon name={theme === 'dark' ? 'sun' : 'moon'} size={18} /><span class="hidden">Dark theme</span>
        </button>
      </nav>
    </header>
  );
}
