import { render } from 'preact-render-to-string';
import { describe, expect, test } from 'vitest';
import { safeLink } from './links';
import { Markdown } from './Markdown';

const html = (text: string) => render(<Markdown text={text} />);

describe('Text of a model', () => {
  test.each([
    '<img src=x onerror=alert(1)>',
    '<script>alert(1)</script>',
    'a <b onclick="alert(1)">b</b>',
    '<svg><animate onbegin=alert(1)>',
    '[x](javascript:alert(1))',
    '[x](JaVaScRiPt&colon;alert(1))',
    '[x](data:text/html,<script>alert(1)</script>)',
    '[x](vbscript:x)',
    '![x](javascript:alert(1))',
    '[x]( \u0001javascript:alert(1))',
    '<javascript:alert(1)>',
    '| <img src=x onerror=alert(1)> |\n|---|\n| <script>x</script> |',
    '```html\n<script>alert(1)</script>\n```',
    '- <iframe src="https://example.com"></iframe>',
    '[x]: javascript:alert(1)\n\n[x]',
  ])('becomes no markup and no script: %s', text => {
    const output = html(text);
    expect(output).not.toMatch(/<(img|script|svg|animate|iframe|b|object|style)\b/iu);
    expect(output).not.toMatch(/<[^>]+\son\w+=/iu);
    expect(output).not.toMatch(/href="(?!https?:|mailto:)/iu);
  });

  test('keeps its tags as text that can be read', () => {
    expect(html('a <b>c</b>')).toContain('a &lt;b>c&lt;/b>');
  });

  test('loads no images: they are links', () => {
    expect(html('![secret](https://example.com/?q=1)')).toBe(
      '<div class="markdown"><p><a href="https://example.com/?q=1" target="_blank" rel="noopener noreferrer nofollow">secret</a></p></div>');
  });

  test('opens links without telling their server where they were', () => {
    expect(html('[docs](https://example.com)')).toContain('rel="noopener noreferrer nofollow"');
  });

  test('is formatted', () => {
    expect(html('# T\n\n**b** *e* ~~d~~ `c`\n\n1. x\n2. y\n\n> q')).toBe(
      '<div class="markdown"><h3>T</h3><p><strong>b</strong> <em>e</em> <del>d</del> <code>c</code></p>'
      + '<ol start="1"><li><span>x</span></li><li><span>y</span></li></ol><blockquote><p>q</p></blockquote></div>');
  });

  test('shows tables with numbers on the right', () => {
    expect(html('| a | b |\n|---|---:|\n| x | 1 |')).toContain('<td class="number">1</td>');
  });

  test('shows the characters of entities', () => {
    expect(html('1 &lt; 2 &amp;lt;')).toContain('1 &lt; 2 &amp;lt;');
  });

  test('may be cut anywhere while it streams', () => {
    const text = '# A\n\n| a | b |\n|---|---|\n| **x** | [l](https://e.com) |\n\n```js\nx\n```\n- [ ] t\n';
    for (let i = 0; i <= text.length; i++) {
      expect(html(text.slice(0, i))).toContain('class="markdown"');
    }
  });

  test('is shown as it is if it is nested too deeply or too long', () => {
    expect(html('>'.repeat(50_000))).toContain('class="plain"');
    expect(html('x'.repeat(100_001))).toContain('class="plain"');
  });
});

test.each([
  ['https://example.com/a', 'https://example.com/a'],
  ['mailto:a@example.com', 'mailto:a@example.com'],
  ['/settings', null],
  ['//example.com', null],
  ['javascript:alert(1)', null],
  ['\tjava\nscript:alert(1)', null],
  ['file:///etc/passwd', null],
  ['blob:https://example.com/1', null],
])('The link %j leads to %j', (href, address) => expect(safeLink(href)).toBe(address));
