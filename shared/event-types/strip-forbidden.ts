// What never leaves, wherever in `data` it is: a member's `token_vyte`, a credential of their calendar.

/** Also as other spellings would have it: a field renamed on its way is the same secret. */
const forbidden = /^token_?vyte$/i;

/** The paths of fields that must not leave, with dots; none in nearly every event. Never a value. */
export const findForbidden = (data: unknown, path = ''): string[] =>
  typeof data !== 'object' || data === null
    ? []
    : Object.entries(data).flatMap(([key, value]) => {
        const at = path === '' ? key : `${path}.${key}`;
        return forbidden.test(key) ? [at] : findForbidden(value, at);
      });

/** The same JSON data without those fields; the very same value when there are none. */
export const stripForbidden = <Data>(data: Data): Data =>
  findForbidden(data).length === 0
    ? data
    : JSON.parse(JSON.stringify(data, (key, value) => (forbidden.test(key) ? undefined : value)));
