import { marked, type Token, type Tokens } from 'marked';
import type { ComponentChild, ComponentChildren } from 'preact';
import { memo } from 'preact/compat';
import { safeLink } from './links';

/** Longer text is shown as it is: parsing it while it streams would stall the page. */
const longest = 100_000;

/**
 * Markdown of a model, which repeats text of customers. The parser's tokens become elements, never HTML: tags stay visible
 * text, images become links, and only web and mail addresses can be followed.
 */
export const Markdown = memo(function Markdown({ text }: { text: string }) {
  return <div class="markdown">{render(text)}</div>;
});

function render(text: string): ComponentChildren {
  if (text.length > longest) {
    return <p class="plain">{text}</p>;
  }

  try {
    return blocks(marked.lexer(text, { gfm: true }));
  } catch (error) {
    if (error instanceof RangeError) {
      return <p class="plain">{text}</p>; // nested more deeply than the stack
    }

    throw error;
  }
}

const blocks = (tokens: Token[]): ComponentChild[] => tokens.map((token, i) => block(token as Tokens.Generic, i));

function block(token: Tokens.Generic, key: number): ComponentChild {
  switch (token.type) {
    case 'space':
    case 'def':
      return null;
    case 'heading': {
      // The page itself has the first two levels.
      const Level = `h${Math.min(token.depth + 2, 6)}` as 'h3';
      return <Level key={key}>{inline(token.tokens)}</Level>;
    }

    case 'paragraph':
      return <p key={key}>{inline(token.tokens)}</p>;
    case 'text':
      return <span key={key}>{token.tokens ? inline(token.tokens) : unescaped(token.text)}</span>;
    case 'code':
      return <pre key={key} tabIndex={0} aria-label="Code"><code>{token.text}</code></pre>;
    case 'blockquote':
      return <blockquote key={key}>{blocks(token.tokens ?? [])}</blockquote>;
    case 'list':
      return list(token as Tokens.List, key);
    case 'table':
      return table(token as Tokens.Table, key);
    case 'hr':
      return <hr key={key} />;
    default:
      return <p key={key} class="plain">{token.raw}</p>; // HTML too
  }
}

function list(token: Tokens.List, key: number) {
  const items = token.items.map((item, i) => (
    <li key={i}>
      {item.task && <span aria-label={item.checked ? 'done' : 'open'} role="img">{item.checked ? '☑ ' : '☐ '}</span>}
      {blocks(item.tokens.filter(child => child.type !== 'checkbox'))}
    </li>
  ));
  return token.ordered ? <ol key={key} start={Number(token.start) || 1}>{items}</ol> : <ul key={key}>{items}</ul>;
}

function table(token: Tokens.Table, key: number) {
  const place = (i: number) => token.align[i] === 'right' ? 'number' : 'short';
  return (
    <div key={key} class="scroll" tabIndex={0} role="group" aria-label="Table">
      <table>
        <thead><tr>{token.header.map((cell, i) => <th key={i} scope="col" class={place(i)}>{inline(cell.tokens)}</th>)}</tr></thead>
        <tbody>
          {token.rows.map((row, r) => (
            <tr key={r}>{row.map((cell, i) => <td key={i} class={place(i)}>{inline(cell.tokens)}</td>)}</tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

const inline = (tokens: Token[] | undefined): ComponentChild[] => (tokens ?? []).map((token, i) => span(token as Tokens.Generic, i));

function span(token: Tokens.Generic, key: number): ComponentChild {
  switch (token.type) {
    case 'text':
      return token.tokens ? <span key={key}>{inline(token.tokens)}</span> : unescaped(token.text);
    case 'escape':
      return token.text;
    case 'strong':
      return <strong key={key}>{inline(token.tokens)}</strong>;
    case 'em':
      return <em key={key}>{inline(token.tokens)}</em>;
    case 'del':
      return <del key={key}>{inline(token.tokens)}</del>;
    case 'codespan':
      return <code key={key}>{token.text}</code>;
    case 'br':
      return <br key={key} />;
    case 'link':
      return link(token.href, inline(token.tokens), token.raw, key);
    case 'image':
      // Loading it would tell its server that it was read.
      return link(token.href, token.text || 'image', token.raw, key);
    default:
      return token.raw;
  }
}

function link(href: string, content: ComponentChildren, raw: string, key: number): ComponentChild {
  const address = safeLink(href);
  return address === null ? raw : <a key={key} href={address} target="_blank" rel="noopener noreferrer nofollow">{content}</a>;
}

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", nbsp: '\u00a0' };

/** Models write entities that Markdown would leave to HTML. */
const unescaped = (text: string) => text.replace(/&(amp|lt|gt|quot|#39|nbsp);/gu, (_, name: string) => entities[name]!);
