import { render } from 'preact';
import { App } from './components/App';
import './styles/base.css';
import './styles/page.css';
import './styles/conversation.css';
import './styles/dialog.css';

render(<App />, document.getElementById('root')!);
