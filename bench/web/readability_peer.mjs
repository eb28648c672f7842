// Mozilla's Readability under node, as its users run it: {"path", "url"} a line on stdin; {"text", "seconds"} a line out.
// A page's time is parsing and extraction, and with --markdown Turndown's conversion.
import {createRequire} from 'node:module';
import {readFileSync} from 'node:fs';
import {createInterface} from 'node:readline';

const require = createRequire(process.env.AUTOSRE_PEERS + '/npm/');
const {JSDOM, VirtualConsole} = require('jsdom');
const {parseHTML} = require('linkedom');
const {Readability} = require('@mozilla/readability');
const Turndown = require('turndown');

const useLinkedom = process.argv.includes('--linkedom');
const turndown = process.argv.includes('--markdown') ? new Turndown() : null;

function extract(html, url) {
  const document = useLinkedom ? parseHTML(html).document
      : new JSDOM(html, {url, virtualConsole: new VirtualConsole()}).window.document;
  const article = new Readability(document).parse();
  if (!article) return '';
  if (turndown) turndown.turndown(article.content);
  // textContent would glue neighbouring paragraphs together.
  return article.content.replace(/<(p|div|br|li|h\d|td|th|tr|pre|blockquote|dd|dt|figcaption)\b/gi, ' <$1');
}

const text = (html) => useLinkedom ? parseHTML(`<body>${html}</body>`).document.body.textContent
    : JSDOM.fragment(html).textContent;

for await (const line of createInterface({input: process.stdin})) {
  const {path, url} = JSON.parse(line);
  const html = readFileSync(path, 'utf8');
  const start = process.hrtime.bigint();
  let result = '', error = null;
  try { result = extract(html, url); } catch (failure) { error = String(failure); }
  const seconds = Number(process.hrtime.bigint() - start) / 1e9;
  console.log(JSON.stringify({text: result ? text(result) : '', seconds, error}));
}
