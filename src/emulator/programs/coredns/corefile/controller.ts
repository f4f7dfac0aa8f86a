import type { Files } from '../../../host/syscalls.ts';
import type { Token } from './lexer.ts';

/** What is wrong with a configuration, in CoreDNS's words. */
export interface ConfigError {
  readonly error: string;
}

/** What a plugin's set-up reads its stanzas with: caddyfile's dispenser, and where it stands. */
export interface Controller {
  /** Keys of the server block. */
  readonly keys: readonly string[];
  readonly files: Files | undefined;
  /** The next token, whatever line it is on. */
  next(): boolean;
  /** The next token of the same line. */
  nextArg(): boolean;
  /** The next line of the block that opens on this line. */
  nextBlock(): boolean;
  /** Text of the token at hand. */
  val(): string;
  /** The rest of the line, up to an opening brace. */
  remainingArgs(): string[];
  argErr(): ConfigError;
  err(text: string): ConfigError;
  warn(text: string): void;
}

/** A controller for the tokens of one directive. */
export function createController(
  tokens: readonly Token[],
  place: {
    readonly keys: readonly string[];
    readonly file: string;
    readonly files?: Files | undefined;
    readonly warn?: (text: string) => void;
  },
): Controller {
  let cursor = -1;
  let nesting = 0;
  const at = (index: number) => tokens[index];
  const val = () => at(cursor)?.text ?? '';
  const line = () => at(cursor)?.line ?? at(tokens.length - 1)?.line ?? 0;
  const file = () => at(cursor)?.file ?? place.file;
  const err = (text: string): ConfigError => ({
    error: `${file()}:${line()} - Error during parsing: ${text}`,
  });
  const next = () => {
    if (cursor >= tokens.length - 1) return false;
    cursor += 1;
    return true;
  };
  const nextArg = () => {
    if (cursor < 0) return next();
    const [here, following] = [at(cursor), at(cursor + 1)];
    if (!here || !following) return false;
    const lineBreaks = here.text.split('\n').length - 1;
    if (here.file !== following.file || here.line + lineBreaks !== following.line) return false;
    cursor += 1;
    return true;
  };
  return {
    keys: place.keys,
    files: place.files,
    next,
    nextArg,
    val,
    err,
    nextBlock() {
      if (nesting > 0) {
        next();
        if (val() === '}') {
          nesting -= 1;
          return false;
        }
        return true;
      }
      if (!nextArg()) return false;
      if (val() !== '{') {
        cursor -= 1;
        return false;
      }
      next();
      if (val() === '}') return false;
      nesting += 1;
      return true;
    },
    remainingArgs() {
      const args: string[] = [];
      while (nextArg()) {
        if (val() === '{') {
          cursor -= 1;
          break;
        }
        args.push(val());
      }
      return args;
    },
    argErr: () =>
      val() === '{'
        ? err("Unexpected token '{', expecting argument")
        : err(`Wrong argument count or unexpected line ending after '${val()}'`),
    warn: (text) => place.warn?.(text),
  };
}
