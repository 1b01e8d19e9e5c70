// What every scope begins with. Each scope has a realm (globals) of its own; a variable that it
// does not have is looked for in the scope outside, and outside of all of them it is undefined
// instead of an error, as in Maestro: `${NAME || 'default'}` works.
//
// `outer` is what the scope outside gave back, if there is one; `host` has the functions that
// reach farmhand.
(function (outer, host) {
  'use strict';

  const evaluate = eval; // Called by another name it sees this realm's globals, `let` included.
  const text = String;
  const { defineProperty, getOwnPropertyNames, freeze, hasOwn, setPrototypeOf } = Object;
  const identifier = /^[A-Za-z_$][\w$]*$/;
  const isIdentifier = (name) => typeof name === 'string' && identifier.test(name);
  const base = Object.prototype;
  // Tells whether a look-up has come out of the outermost scope without finding anything.
  const search = outer ? outer.search : { missed: false };

  // Reading, assigning and asking for a variable of this scope or one outside of it.
  const scope = {
    search,
    get: (name) => evaluate(name),
    set: (name, value) => evaluate('(value) => { ' + name + ' = value; }')(value),
    has(name) {
      if (hasOwn(globalThis, name)) return true;
      search.missed = false;
      try {
        evaluate(name);
      } catch {
        return !search.missed; // A `let` that is not initialised yet, or a reserved word.
      }
      return !search.missed;
    },
  };

  setPrototypeOf(globalThis, new Proxy(base, {
    get(_, name) {
      if (name in base || !isIdentifier(name)) return base[name];
      if (outer) return outer.get(name);
      search.missed = true;
      return undefined;
    },
    has: (_, name) => name in base || (outer !== undefined && isIdentifier(name) && outer.has(name)),
    set(_, name, value, globals) {
      if (outer && isIdentifier(name) && outer.has(name)) {
        outer.set(name, value);
        return true;
      }
      return Reflect.defineProperty(globals, name, {
        value, writable: true, enumerable: true, configurable: true,
      });
    },
  }));

  const give = (name, value) =>
    defineProperty(globalThis, name, { value, writable: false, enumerable: false, configurable: true });

  if (!outer) {
    const noNetwork = () => {
      throw new Error('http is not available: scripts have no access to the network');
    };
    const log = (...values) => host.log(values.map((value) => text(value)).join(' '));
    give('json', (value) => JSON.parse(value));
    give('relativePoint', (x, y) => Math.ceil(x * 100) + '%,' + Math.ceil(y * 100) + '%');
    give('output', {});
    give('maestro', { copiedText: '', platform: 'android' });
    give('console', freeze({ log, debug: log, info: log, warn: log, error: log }));
    give('http', freeze({
      get: noNetwork, post: noNetwork, put: noNetwork, delete: noNetwork, request: noNetwork,
    }));
  }

  // The time limit is checked between the steps of a script, so a single built-in call must not
  // take for ever: none over an array that is long only by its `length`, and none that compares
  // every place of a huge text with a huge text.
  const guard = (type, names, cost, limit) => {
    for (const name of names) {
      const original = type[name];
      if (typeof original !== 'function' || name === 'constructor') continue;
      const guarded = {
        [name](...values) {
          if (cost(this, values) > limit) throw new RangeError(name + ': too much to do');
          return Reflect.apply(original, this, values);
        },
      };
      defineProperty(type, name, {
        value: guarded[name], writable: true, enumerable: false, configurable: true,
      });
    }
  };
  const length = (value) => (value === null || value === undefined ? 0 : Number(value.length));
  guard(Array.prototype, getOwnPropertyNames(Array.prototype), length, 1e7);
  guard(
    String.prototype,
    ['indexOf', 'lastIndexOf', 'includes', 'split', 'replace', 'replaceAll'],
    (value, [part]) => (typeof part === 'string' ? length(value) * length(part) : 0),
    1e9,
  );

  defineProperty(globalThis, '__farmhand', {
    value: freeze({
      scope,
      // Sets a variable of this scope, whatever there is outside.
      put(name, value) {
        if (hasOwn(globalThis, name)) {
          globalThis[name] = value;
        } else {
          defineProperty(globalThis, name, {
            value, writable: true, enumerable: true, configurable: true,
          });
        }
      },
      copied(value) {
        maestro.copiedText = value;
      },
      // A value as the text that stands in its place.
      show(value, longest) {
        const shown = text(value);
        if (shown.length > longest) {
          throw new RangeError('the value is longer than ' + longest + ' characters');
        }
        return shown.toWellFormed();
      },
    }),
  });
})
