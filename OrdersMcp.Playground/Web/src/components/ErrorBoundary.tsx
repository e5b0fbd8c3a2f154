import { Component, type ComponentChildren } from 'preact';
import { forget } from '../conversation/storage';
import { Icon } from './Icon';

interface State {
  error?: unknown;
}

/** Shows a failure of the page instead of nothing. The saved conversation may be its cause, so the way out is a new one. */
export class ErrorBoundary extends Component<{ children: ComponentChildren }, State> {
  static getDerivedStateFromError(error: unknown): State {
    return { error };
  }

  render() {
    const { error } = this.state;
    return error === undefined ? this.props.children : (
      <main class="main start">
        <div class="problem" role="alert">
          <Icon name="warning" />
          <div>
            <h1>The page failed</h1>
            <p>{error instanceof Error ? error.message : String(error)}</p>
            <button type="button" class="button" onClick={() => { forget(sessionStorage); location.reload(); }}><Icon name="plus" size={16} />New conversation</button>
          </div>
        </div>
      </main>
    );
  }
}
