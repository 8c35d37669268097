// Asks the operator on a terminal; what is secret is not echoed.
import { createInterface } from 'node:readline';
import { Writable } from 'node:stream';
import { AirlockError } from '../../../shared/errors/airlock-error.ts';

interface Terminal {
  readonly stdin: NodeJS.ReadStream;
  readonly stderr: NodeJS.WriteStream;
  readonly signal: AbortSignal;
}

/** One line from the terminal, without its end. Throws CANCELLED where the operator ends the input or the job. */
export function promptLine(
  terminal: Terminal,
  question: string,
  options: { readonly secret?: boolean } = {},
): Promise<string> {
  const { stdin, stderr, signal } = terminal;
  // readline echoes to its output; a secret's goes nowhere.
  const nowhere = new Writable({ write: (_chunk, _encoding, done) => done() });
  stderr.write(question);
  const lines = createInterface({
    input: stdin,
    output: options.secret === true ? nowhere : stderr,
    terminal: true,
    historySize: 0,
  });
  return new Promise((resolve, reject) => {
    let answer: string | undefined;
    const onAbort = () => lines.close();
    signal.addEventListener('abort', onAbort, { once: true });
    lines.on('line', (line) => {
      answer = line;
      lines.close();
    });
    // In raw mode Ctrl-C is a key and no signal.
    lines.on('SIGINT', () => lines.close());
    lines.on('close', () => {
      signal.removeEventListener('abort', onAbort);
      if (options.secret === true || answer === undefined) stderr.write('\n');
      if (answer === undefined) reject(new AirlockError('CANCELLED', 'Cancelled at the question.'));
      else resolve(answer);
    });
  });
}

/** All of standard input, at most 64 KiB, without the line end that `echo` adds. Throws USAGE where there is more. */
export async function readPasswordFromStdin(stdin: NodeJS.ReadStream): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of stdin as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    if (bytes > 64 * 1024) throw new AirlockError('USAGE', 'The password on standard input is too long.');
    chunks.push(chunk);
  }
  const password = Buffer.concat(chunks)
    .toString('utf8')
    .replace(/\r?\n$/, '');
  if (password === '') throw new AirlockError('USAGE', 'There is no password on standard input.');
  return password;
}
